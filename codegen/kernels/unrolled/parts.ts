/** One operator as functions, none of which has too many variables. */
import { type Body, inputsOf, straightBody } from "./body.js";
import { longBody } from "./long-body.js";
import { flatten, type Place, type Stencil, type Sum, type SumsLayer } from "./sums.js";

/** A function and where it is called. */
export interface Call {
  readonly body: Body;
  readonly places: readonly Place[];
}

/** Inputs and outputs that a function has in variables at once, and outputs where inputs come by and by. */
const MOST_INPUTS = 144;
const MOST_OUTPUTS = 64;
const MOST_LONG_OUTPUTS = 32;

/** Up to so many weights at all places together, each place gets code of its own and shares what it reads with others. */
const FLAT_TAPS = 2048;

/** Calls beyond which loops are the better form. */
const MOST_CALLS = 1024;

/**
 * @param isShared whether places that look alike shall share their code, where each could have its own
 * @returns undefined where loops are the better form, or sharing makes no difference
 */
export function partsOf(layer: SumsLayer, inputElements: number, isShared = false): Call[] | undefined {
  const taps = (sums: readonly Sum[]) => sums.reduce((sum, it) => sum + it.taps.length, 0);
  const all = layer.stencils.reduce((sum, { sums, places }) => sum + taps(sums) * places.length, 0);
  const isFlat = all <= FLAT_TAPS;
  if (isShared && !(isFlat && layer.stencils.some(({ places }) => places.length > 1))) return undefined;
  const stencils: readonly Stencil[] =
    isFlat && !isShared ? [{ sums: flatten(layer), places: [{ input: 0, output: 0 }] }] : layer.stencils;
  const calls: Call[] = [];
  for (const { sums, places } of stencils) {
    const isAligned = (of: keyof Place) => places.every((place) => place[of] % 4 === 0);
    const frame = { isOutputAligned: isAligned("output"), firstOutput: 0 };
    // A place may not read beyond the input: what it has left is what the last one has.
    const length = inputElements - Math.max(...places.map(({ input }) => input));
    const input = { isAligned: isAligned("input"), length };
    for (let first = 0; first < sums.length; ) {
      const count = fitting(sums, first);
      const stage = { sums: sums.slice(first, first + count), inputZeroPoint: layer.inputZeroPoint };
      const isLong = inputsOf(stage.sums).length > MOST_INPUTS;
      const at = { ...frame, firstOutput: first, input };
      const body = isLong ? longBody(stage, at) : straightBody([stage], at);
      if (!body) return undefined;
      calls.push({ body, places });
      first += count;
    }
  }
  return calls.reduce((sum, { places }) => sum + places.length, 0) > MOST_CALLS ? undefined : calls;
}

/** How many sums from `first` on one function takes, in fours where there are four: their outputs are written together. */
function fitting(sums: readonly Sum[], first: number): number {
  const inputs = new Set<number>();
  const fits = (count: number) => {
    for (const input of inputsOf(sums.slice(first, first + count))) inputs.add(input);
    return inputs.size <= MOST_INPUTS;
  };
  const left = sums.length - first;
  if (!fits(Math.min(4, left))) return Math.min(MOST_LONG_OUTPUTS, left);
  let count = Math.min(4, left);
  while (count < left && count < MOST_OUTPUTS && fits(Math.min(count + 4, left)))
    count = Math.min(count + 4, left);
  return count;
}
