/**
 * Tensors of one size that are computed with one another: their planes share the stride of rows and the bits of lanes.
 */
import type { Steps } from "../../arithmetic/scaling.js";
import type { Lanes } from "../../graph/lanes.js";
import type { Op } from "../../graph/op.js";
import type { ElementBits } from "../element.js";
import type { Geometry } from "./geometry.js";
import { type Placement, strideFor } from "./head.js";
import { fitLanes, type LaneScaling, laneBits, withCommonBias } from "./requantization.js";

export interface Size {
  readonly rows: number;
  readonly columns: number;
}

/** Whether every so many rows and columns of an image have as many positions as another one. */
export function isAmong({ rows, columns }: Size, thin: Size, slow: number, fast: number): boolean {
  return (thin.rows - 1) * slow < rows && (thin.columns - 1) * fast < columns;
}

/** The widest lanes that are tried: sums of int16 take a byte more, and some. */
const MOST_BITS = { 8: 30, 16: 44 } as const;

/** The narrowest lanes hold two channels of bytes, or an int16 and what is carried when another is added. */
const LEAST_BITS = { 8: 16, 16: 18 } as const;

/** Instructions a word of a product and a sum, and of requantizing with products in two or three parts, about. */
const SUM = 30;
const REQUANTIZATION = { 2: 330, 3: 410 } as const;

/** Words that an operation could compute in the time that it takes to begin, about. */
const START = 27;

/** Products of one output plane's sum, for all output channels. */
function scalarsIn({ taps }: Placement): number {
  const scalars = (of: Placement["taps"][number]) =>
    new Set(of.filter(({ weight }) => weight !== 0).map(({ plane, dy }) => `${plane},${dy}`)).size;
  return taps.reduce((sum, of) => sum + scalars(of), 0);
}

export class Domain {
  readonly isTransposed: boolean;
  /** Bits of the elements of its tensors. */
  readonly element: ElementBits;
  readonly #placements: {
    readonly op: Op;
    readonly placement: Placement;
    readonly columns: number;
    readonly steps: readonly Steps[];
  }[] = [];
  readonly #steps: Steps[] = [];
  readonly #requirements: { readonly op: Op; readonly fits: (bits: number) => boolean }[] = [];
  /** How tensors lie that come from elsewhere, or go there. */
  #held: Lanes | undefined;
  #joined?: Domain;
  #stride: number;
  #bits: number;

  /** @param columns of its tensors, at least */
  constructor(isTransposed: boolean, columns: number, element: ElementBits) {
    this.isTransposed = isTransposed;
    this.element = element;
    this.#bits = LEAST_BITS[element];
    this.#stride = columns;
  }

  /** A convolution that is computed in it, `columns` wide. */
  add(op: Op, placement: Placement, columns: number, steps: readonly Steps[]): void {
    const { root } = this;
    root.#placements.push({ op, placement, columns, steps });
    root.#steps.push(...steps);
  }

  /** Puts rows at least so many lanes apart. */
  widen(stride: number): void {
    const { root } = this;
    root.#stride = Math.max(root.#stride, stride);
  }

  /** Something else of an operator that has to fit its lanes. */
  require(op: Op, fits: (bits: number) => boolean): void {
    this.root.#requirements.push({ op, fits });
  }

  /** Has tensors lie as this one does, which is not to be chosen here. Those that are held in one domain lie alike. */
  hold(lanes: Lanes): void {
    this.root.#held = lanes;
  }

  /** How tensors are to lie, where that is given. */
  get held(): Lanes | undefined {
    return this.root.#held;
  }

  /** Makes one domain of two. */
  join(other: Domain): void {
    const [a, b] = [this.root, other.root];
    if (a === b) return;
    a.#placements.push(...b.#placements);
    a.#steps.push(...b.#steps);
    a.#requirements.push(...b.#requirements);
    a.#stride = Math.max(a.#stride, b.#stride);
    a.#held ??= b.#held;
    b.#joined = a;
  }

  /** The domain that it became part of. */
  get root(): Domain {
    return this.#joined ? this.#joined.root : this;
  }

  /**
   * Chooses the least stride, and the lanes in which all sums are requantized exactly and everything costs least: narrow
   * ones, unless too many channels then need more room for their products.
   *
   * @returns the operators that not even the widest lanes fit; none where lanes were found
   */
  fit(scalings: Map<Steps, LaneScaling>): readonly Op[] {
    const strides = this.#placements.map(({ placement, columns }) => strideFor(placement, columns));
    const held = this.#held?.geometry;
    this.#stride = Math.max(this.#stride, held?.stride ?? 0, ...strides);
    const rows = Math.max(
      1,
      ...this.#placements.flatMap(({ placement }) => placement.phases.map((it) => it.rows)),
    );
    const start = (32 * START) / (rows * this.#stride);
    const sums = this.#placements.reduce((total, { placement }) => total + scalarsIn(placement), 0) * SUM;
    let least = Number.POSITIVE_INFINITY;
    for (
      let bits = Math.max(
        held?.bits ?? LEAST_BITS[this.element],
        ...this.#steps.map(({ range }) => laneBits(range)),
      );
      bits <= (held?.bits ?? MOST_BITS[this.element]) &&
      (start + bits) * (sums + this.#steps.length * REQUANTIZATION[2]) < least;
      bits++
    ) {
      const fits = this.#fitsAt(bits);
      const cost = fits?.reduce((total, { parts }) => total + REQUANTIZATION[parts], sums);
      if (!fits || (start + bits) * cost! >= least) continue;
      least = (start + bits) * cost!;
      this.#bits = bits;
      for (const [i, steps] of this.#steps.entries()) scalings.set(steps, fits[i]);
    }
    if (least === Number.POSITIVE_INFINITY || (held && held.stride < this.#stride)) {
      const unfit = this.#unfitAt(MOST_BITS[this.element]);
      return unfit.length > 0 ? unfit : this.#placements.map(({ op }) => op);
    }
    for (const { steps } of this.#placements) {
      const common = withCommonBias(
        steps.map((it) => scalings.get(it)!),
        steps,
        this.#bits,
      );
      for (const [i, it] of steps.entries()) scalings.set(it, common[i]);
    }
    return [];
  }

  #unfitAt(bits: number): Op[] {
    return [
      ...this.#placements.filter(({ steps }) => !steps.every((it) => fitLanes(it, bits))),
      ...this.#requirements.filter(({ fits }) => !fits(bits)),
    ].map(({ op }) => op);
  }

  #fitsAt(bits: number): LaneScaling[] | undefined {
    if (!this.#requirements.every(({ fits }) => fits(bits))) return undefined;
    const found: LaneScaling[] = [];
    for (const steps of this.#steps) {
      const fit = fitLanes(steps, bits);
      if (!fit) return undefined;
      found.push(fit);
    }
    return found;
  }

  geometry({ rows, columns }: Size): Geometry {
    const { root, isTransposed, element } = this;
    return { rows, columns, stride: root.#stride, bits: root.#bits, element, transposed: isTransposed };
  }

  get bits(): number {
    return this.root.#bits;
  }
}
