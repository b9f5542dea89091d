/** Brings a layer's input where its channels read it, in loops over what it has of planes. */
import { span } from "../../../graph/lanes.js";
import { type Geometry, inLanes, positions } from "../geometry.js";
import { loading, type Placement, type Source } from "../head.js";
import { writeMoves } from "../moves.js";
import type { Program } from "../program.js";
import { READ_PLANE, WRITE_PLANE } from "../steps.js";
import type { PlaneTensor } from "../tensor.js";
import { repeated } from "./loop.js";
import { type Pairs, paired } from "./pairs.js";
import { lifted } from "./stage.js";

/** Channels that share a BigInt between layers. */
export const PER_PLANE = 2;

/**
 * @param pairs where channels go in pairs
 * @returns statements that leave planes in `planes` from `own` on, or undefined where these cannot be brought there
 */
export function loadStatements(
  program: Program,
  source: Source,
  placement: Placement,
  geometry: Geometry,
  pairs: Pairs | undefined,
): string[] | undefined {
  if (source.at === "arena")
    return loading(program, source, placement, geometry, (plane) => `planes[own + ${plane}]`)?.flatMap(
      ({ statements }) => statements,
    );
  if (source.tensor.perPlane !== PER_PLANE) return undefined;
  return loop(program, source.tensor, source.isLastUse, placement, geometry, pairs);
}

function loop(
  program: Program,
  tensor: PlaneTensor,
  isLastUse: boolean,
  { phases, convolution }: Placement,
  geometry: Geometry,
  pairs: Pairs | undefined,
): string[] | undefined {
  const { strideHeight, strideWidth } = convolution;
  const [slow, fast] = geometry.transposed ? [strideWidth, strideHeight] : [strideHeight, strideWidth];
  const own = tensor.geometry;
  const isSame =
    slow * fast === 1 && own.bits === geometry.bits && own.stride === geometry.stride && phases.length === 1;
  const from = { column: own.bits * fast, row: own.bits * own.stride * slow };
  const to = { column: geometry.bits, row: geometry.bits * geometry.stride };
  const count = Math.ceil(tensor.channels / PER_PLANE);
  const body: string[] = [];
  let isPossible = true;
  const write = (place: string, text: string) => {
    body.push(`planes[${place}] = ${text};`);
    program.spend(WRITE_PLANE);
  };
  repeated(program, count, () => {
    const bits = span(own) * own.bits;
    program.spend(READ_PLANE);
    const packed = program.assign("p", { text: "planes[input + i]", bits }, body);
    for (const [i, phase] of phases.entries()) {
      const first = own.bits * (phase.row * own.stride + phase.column);
      const start = isSame ? packed : program.shiftRight(packed, first);
      const value = isSame ? packed : writeMoves(program, "x", start, phase, 8 * PER_PLANE, from, to, body);
      if (!value) isPossible = false;
      if (!value) return;
      if (pairs) write("own + i", paired(program, pairs, value, tensor.zero, body).text);
      else
        for (let j = 0; j < PER_PLANE; j++) {
          const part = { ...geometry, rows: phase.rows, columns: phase.columns };
          const byte = program.constant("BYTES", inLanes(geometry, positions(part), 255n));
          const plane = lifted(
            program,
            part,
            program.and(program.shiftRight(value, 8 * j), byte),
            tensor.zero,
          );
          write(`own + ${PER_PLANE * phases.length} * i + ${j * phases.length + i}`, plane.text);
        }
    }
    if (isLastUse) write("input + i", "0n");
  });
  return isPossible ? [`for (let i = 0; i < ${count}; i++) {`, ...body, "}"] : undefined;
}
