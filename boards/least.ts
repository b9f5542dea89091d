/**
 * The least integer from `low` to `high` that suffices, or one that is larger by no more than `precision` of itself: by
 * steps upward that double, then by bisection. `high` suffices, and whatever is more than a number that does.
 */
export async function least(
  low: number,
  high: number,
  precision: number,
  suffices: (value: number) => Promise<boolean>,
): Promise<number> {
  if (await suffices(low)) return low;
  const near = (value: number) => Math.max(1, Math.floor(value * precision));
  let [fails, works] = [low, Math.min(high, low + near(low))];
  for (let step = 2 * near(low); works < high && !(await suffices(works)); step *= 2) {
    fails = works;
    works = Math.min(high, works + step);
  }
  while (works - fails > near(works)) {
    const middle = Math.floor((fails + works) / 2);
    if (await suffices(middle)) works = middle;
    else fails = middle;
  }
  return works;
}
