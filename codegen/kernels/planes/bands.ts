/**
 * Bands: a layer of planes may be computed for some rows of its output at a time, so that only the rows live that these look
 * at. All bands are alike, with padding above the first and below the last one, and one code computes them all.
 */
import type { Convolution } from "../convolution.js";
import type { ConvolutionDraft, DraftGroup } from "./drafts.js";
import { remembered } from "./geometry.js";
import { edgesOf, type Rows } from "./rows.js";

/** Numbers of bands that are tried. */
export const BANDS = [1, 2, 3, 4] as const;

/**
 * The rows of each image that a group makes or reads, for bands of its last one: first those that its head reads, then for
 * each stage those that it makes.
 *
 * @returns undefined where bands would not be alike
 */
export function bandedRows({ head, tail, made, average }: DraftGroup, bands: number): Rows[] | undefined {
  const { size, domain } = made;
  if (size.rows % bands !== 0 || domain.isTransposed || average) return undefined;
  const height = size.rows / bands;
  const all: Rows[] = [{ bands, step: height, first: 0, rows: height }];
  for (const stage of [...tail].reverse()) {
    if ("window" in stage) return undefined;
    const rows = "placement" in stage ? readBy(stage, all[0]) : all[0];
    if ("placement" in stage) {
      const { above, below } = edgesOf(rows, stage.placement.convolution.inputHeight);
      if (Math.max(above, below) > rows.step) return undefined;
    }
    all.unshift(rows);
  }
  return [readBy(head, all[0]), ...all];
}

/** The last row of filters that has a tap. */
const lastRow = remembered(({ filters }: Convolution) => {
  let last = 0;
  for (const { taps } of filters) for (const { ky } of taps) last = Math.max(last, ky);
  return last;
});

/** The rows that a convolution looks at. */
function readBy({ placement, thinned }: ConvolutionDraft, { bands, step, first, rows }: Rows): Rows {
  const { strideHeight, dilationHeight, padTop } = placement.convolution;
  const stride = thinned?.slow ?? strideHeight;
  const last = lastRow(placement.convolution) * dilationHeight;
  return { bands, step: step * stride, first: first * stride - padTop, rows: (rows - 1) * stride + last + 1 };
}
