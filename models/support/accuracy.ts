import type { Picture } from "./picture.js";

/** How many pictures were given their own label, for people. */
export function accuracy(pictures: readonly Picture[], given: readonly number[]): string {
  const right = pictures.filter(({ label }, i) => given[i] === label).length;
  return `${right} of ${pictures.length} (${((100 * right) / pictures.length).toFixed(2)} %)`;
}
