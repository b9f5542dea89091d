/** Which taps of a filter lie inside the input. */

/** Taps `first` to before `end` of a filter whose tap 0 is at `origin`, over `size` rows or columns. */
export function taps(origin: number, size: number, filter: number, dilation: number) {
  return {
    first: origin < 0 ? Math.ceil(-origin / dilation) : 0,
    end: Math.min(filter, Math.ceil((size - origin) / dilation)),
  };
}
