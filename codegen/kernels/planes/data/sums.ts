/**
 * Sums of products whose weights are data: which weights make one number of the record, and which planes those numbers
 * multiply.
 */
import { span } from "../../../graph/lanes.js";
import type { Geometry } from "../geometry.js";
import type { Placement } from "../head.js";
import type { Program, Vector } from "../program.js";
import { displacement } from "../sum.js";
import type { Records } from "./records.js";
import type { DataStage } from "./stage.js";

/** Weights of a row that one number holds, each in a lane of its own: a product does them all. */
interface Run {
  /** Of those that an output channel reads. */
  readonly plane: number;
  /** Lanes by which its first weight moves the plane. */
  readonly by: number;
  /** Positions of the weights among the output channel's taps, or none for a lane without. */
  readonly taps: readonly (number | undefined)[];
}

/** Bits that a number of `weights.bin` has for a magnitude, and those of a weight's. */
const NUMBER_BITS = 63;
const WEIGHT_BITS = 8;

/** The runs of a convolution, farthest first. @param isSingle whether an output channel reads one channel */
export function runsOf({ taps, reach, phases }: Placement, geometry: Geometry, isSingle: boolean): Run[] {
  const most = Math.floor((NUMBER_BITS - WEIGHT_BITS) / geometry.bits) + 1;
  const above = displacement(geometry, reach);
  const rows = new Map<string, { plane: number; by: number; tap: number }[]>();
  for (const [tap, { plane, dy, dx }] of taps[0].entries()) {
    const own = isSingle ? plane % phases.length : plane;
    const key = `${own} ${dy}`;
    const row = rows.get(key) ?? [];
    row.push({ plane: own, by: above - dy * geometry.stride - dx, tap });
    rows.set(key, row);
  }
  const runs = [...rows.values()].flatMap((row) => {
    const sorted = row.sort((a, b) => a.by - b.by);
    const first = sorted[0].by;
    const lanes = sorted[sorted.length - 1].by - first + 1;
    const size = Math.ceil(lanes / Math.ceil(lanes / most));
    return Array.from({ length: Math.ceil(lanes / size) }, (_, i): Run => {
      const by = first + i * size;
      const length = Math.min(size, lanes - i * size);
      return {
        plane: sorted[0].plane,
        by,
        taps: Array.from({ length }, (_, j) => sorted.find((it) => it.by === by + j)?.tap),
      };
    }).filter((run) => run.taps.some((it) => it !== undefined));
  });
  return runs.sort((a, b) => b.by - a.by);
}

/**
 * Σ weight · plane, by the variable `x`; accumulators lie above their positions by the displacement.
 *
 * @param start what is added in every lane that a product reaches
 */
export function rowSum(
  program: Program,
  records: Records,
  stage: DataStage,
  runs: readonly Run[],
  planes: readonly Vector[],
  start: Vector,
  statements: string[],
): Vector {
  const { placement, geometry } = stage;
  const { bits } = geometry;
  let sum: Vector | undefined;
  let by = runs[0]?.by ?? 0;
  for (const run of runs) {
    const number = records.readWeights(program, WEIGHT_BITS + bits * (run.taps.length - 1), stage, (output) =>
      run.taps.reduce(
        (total, tap, lane) =>
          tap === undefined
            ? total
            : total + (BigInt(placement.taps[output][tap].weight) << BigInt(bits * lane)),
        0n,
      ),
    );
    if (sum && run.by < by)
      sum = program.shiftLeft(program.assign("x", sum, statements), bits * (by - run.by));
    by = run.by;
    const product = program.multiply(planes[run.plane], number);
    sum = sum ? program.add(sum, product) : product;
  }
  if (!sum) return program.assign("x", start, statements); // no weight reaches anything but padding
  const whole = program.shiftLeft(program.assign("x", sum, statements), bits * by);
  return program.assign("x", program.add(whole, start), statements);
}

/** Lanes that the sums of a placement reach. */
export function reachedLanes({ phases, reach }: Placement, geometry: Geometry): number {
  const highest = Math.max(...phases.map((phase) => span({ ...geometry, ...phase })));
  const beyond = highest - reach.dyMin * geometry.stride - reach.dxMin;
  return displacement(geometry, reach) + Math.max(beyond, span(geometry));
}
