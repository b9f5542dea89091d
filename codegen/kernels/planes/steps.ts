/** Cuts a kernel into steps that do not take too long, and puts its module together. */
import type { Cost } from "../../cost/cost.js";
import { moduleBytes } from "../../cost/flash.js";
import { frameSlots } from "../frame.js";
import type { KernelSource } from "../generated.js";
import type { Program } from "./program.js";

/** Instructions that a step should not exceed: 20 ms at 160 MHz, less what a cycle more an instruction may take. */
const STEP_INSTRUCTIONS = 2_800_000;

/** step(), and the loop that calls it. */
const STEP = 4_900;

/** A piece of a kernel that is not cut: statements, and the planes that they read. */
export interface Piece {
  readonly statements: readonly string[];
  /** Instructions. */
  readonly cost: number;
  /** Variables for places in `memory.planes`, read once a step. */
  readonly planes: ReadonlyMap<string, number>;
}

/** Reading a place of `memory.planes` into a local. */
export const READ_PLANE = 520;

/** Instructions of writing a place of `memory.planes`. */
export const WRITE_PLANE = 760;

/** Counts what writing a piece adds to the program. */
export function piece(
  program: Program,
  write: (statements: string[], planes: Map<string, number>) => void,
): Piece {
  const before = program.instructions;
  const statements: string[] = [];
  const planes = new Map<string, number>();
  write(statements, planes);
  return { statements, cost: program.instructions - before, planes };
}

/** Pieces as one, with variables of its own. */
export function block(pieces: readonly Piece[]): Piece {
  return {
    statements: ["{", ...pieces.flatMap(({ statements }) => statements), "}"],
    cost: pieces.reduce((sum, { cost }) => sum + cost, 0),
    planes: new Map(pieces.flatMap(({ planes }) => [...planes])),
  };
}

/**
 * The module of a kernel whose steps run the pieces in order, once for each band. Pieces know which it is by `band`.
 */
export function assemble(
  program: Program,
  pieces: readonly Piece[],
  transientBytes: number,
  bands = 1,
): { source: KernelSource; tiles: number; cost: Cost } {
  const steps = cut(pieces);
  const functions = steps.map((step, i) => {
    const text = withReads(step)
      .map((it) => `  ${it}`)
      .join("\n");
    const variables = ["w", "x", "y"].filter((name) => new RegExp(`^  ${name} = `, "m").test(text));
    return [
      `function step${i}({ int8, uint8, int16, int32, planes }: Memory, { inputs, outputs }: PlacedLayer${bands > 1 ? ", band: number" : ""}): void {`,
      ...(variables.length > 0 ? [`  let ${variables.map((it) => `${it}: bigint`).join(", ")};`] : []),
      text,
      "}",
    ].join("\n");
  });
  const costs = steps.map(
    (step) =>
      STEP +
      step.reduce((sum, { cost }) => sum + cost, 0) +
      READ_PLANE * new Set(step.flatMap(({ planes }) => [...planes.keys()])).size,
  );
  const call =
    bands > 1
      ? `STEPS[tile % ${steps.length}](memory, layer, (tile / ${steps.length}) | 0)`
      : "STEPS[tile](memory, layer)";
  const text = `${program.declarations()}

${functions.join("\n\n")}

const STEPS = Object.freeze([
${steps.map((_, i) => `  step${i},`).join("\n")}
]);

export function kernel(memory: Memory, layer: PlacedLayer, tile: number): void {
  ${call};
}
`;
  const used = (name: string) => new RegExp(`\\b${name}\\(`).test(text);
  return {
    source: {
      imports: new Map([
        ["lanes", RUNTIME_NAMES.filter(used)],
        ["layer", ["type Memory", "type PlacedLayer"]],
      ]),
      text,
    },
    tiles: bands * steps.length,
    cost: {
      instructions: Math.round(bands * costs.reduce((sum, it) => sum + it, 0)),
      longestStep: Math.round(Math.max(...costs)),
      garbageBytes: bands * program.garbageBytes,
      transientBytes,
      flashBytes: moduleBytes(text),
      stackSlots: FRAMES + Math.max(...functions.map(frameSlots)),
    },
  };
}

/** What cutting so many instructions into steps adds, each of which reads so many planes. */
export function stepsCost(instructions: number, planes: number): number {
  const each = STEP + READ_PLANE * planes;
  return (each * instructions) / Math.max(each, STEP_INSTRUCTIONS - each);
}

/** The statements of pieces, each plane read where it is first needed: a piece before may have made it. */
function withReads(pieces: readonly Piece[]): string[] {
  const known = new Set<string>();
  return pieces.flatMap(({ statements, planes }) => {
    const fresh = [...planes].filter(([name]) => !known.has(name));
    for (const [name] of fresh) known.add(name);
    return [...fresh.map(([name, slot]) => `const ${name} = planes[${slot}];`), ...statements];
  });
}

/** Slots of the frames that call a step, and of the deepest expression. */
const FRAMES = 130;

const RUNTIME_NAMES = ["fromBytes", "repeated", "scatter", "toBytes", "toHalves", "toWords", "transposed"];

/** Neighbouring pieces as long as they fit into a step. */
function cut(pieces: readonly Piece[]): Piece[][] {
  const steps: Piece[][] = [];
  let room = 0;
  for (const it of pieces) {
    if (it.cost > room) {
      steps.push([]);
      room = STEP_INSTRUCTIONS;
    }
    steps[steps.length - 1].push(it);
    room -= it.cost;
  }
  return steps;
}
