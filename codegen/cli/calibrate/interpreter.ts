/** Fits what statements on numbers cost. */
import type { Engine } from "../../../boards/engine.js";
import type { RuntimeSources } from "../../emit/runtime-files.js";
import { type Counts, type Fit, fitPrices, type Observation } from "./fit.js";
import { countSnippets, type Snippet } from "./snippets.js";

interface Case extends Snippet {
  readonly counts: Counts;
}

const TERMS = [1, 2, 5, 12, 30];
const locals = (count: number) =>
  Array.from({ length: count }, (_, i) => `const x${i} = ${i - 7};`).join(" ");

/** `term` for each local, one expression. */
function chain(term: (i: number) => string, counts: (terms: number) => Counts): Case[] {
  return TERMS.map((terms) => ({
    setup: `let s; const y = 3; ${locals(terms)}`,
    body: `s = y${Array.from({ length: terms }, (_, i) => term(i)).join("")};`,
    counts: { statement: 1, ...counts(terms) },
  }));
}

const call = (parameters: number): Case => ({
  module: `function f(${Array.from({ length: parameters }, (_, i) => `a${i}`).join(", ")}) { return 1; }`,
  setup: "let s; const y = 3;",
  body: `s = f(${new Array(parameters).fill("y").join(", ")});`,
  counts: { statement: 1, call: 1, argument: parameters },
});

const loop = (iterations: number): Case => ({
  body: `for (let i = 0; i < ${iterations}; i++);`,
  counts: { loop: 1, iteration: iterations },
});

const one = (body: string, counts: Counts, setup = "", module = ""): Case => ({
  module,
  setup: `let s; const y = 3; ${setup}`,
  body,
  counts,
});

const requantize: Case = {
  ...one("s = requantize(y, 1234567890, -7);", { statement: 1, requantize: 1 }),
  imports: new Map([["requantize", ["requantize"]]]),
};

const set = (bytes: number): Case => ({
  setup: `const a = memory.int8; const b = new Int8Array(${bytes});`,
  body: "a.set(b, 8);",
  counts: { set: 1, setByte: bytes },
});

/** Named as codegen/cost/interpreter.ts explains. */
const CASES: readonly Case[] = [
  one("s = y;", { statement: 1 }),
  ...chain(
    (i) => ` + ${17 + i} * x${i}`,
    (terms) => ({ product: terms }),
  ),
  ...chain(
    (i) => (i % 2 ? ` - x${i}` : ` + x${i}`),
    (terms) => ({ sum: terms }),
  ),
  ...[0, 1, 3, 6].map(call),
  ...[5, 10, 20].map(loop),
  one("s = a[y];", { statement: 1, typedRead: 1 }, "const a = memory.int8;"),
  one("a[y] = y;", { typedWrite: 1 }, "const a = memory.int8;"),
  one("s = a[y];", { statement: 1, arrayRead: 1 }, "const a = [1, 2, 3, 4, 5];"),
  one("a[y] = y;", { arrayWrite: 1 }, "const a = [1, 2, 3, 4, 5];"),
  one("s = C;", { statement: 1, constant: 1 }, "", "const C = 5;"),
  one("s = memory.int8;", { statement: 1, property: 1 }),
  one("s = (y >> 3) & 255;", { statement: 1, operator: 2 }),
  one("s = ((y & 3) << 4) | y;", { statement: 1, operator: 3 }),
  one("if (y) ;", { test: 1 }),
  one("if (y < 5) ;", { test: 1, comparison: 1 }),
  ...[4, 64, 400, 1024].map(set),
  requantize,
];

export async function calibrateInterpreter(engine: Engine, sources: RuntimeSources): Promise<Fit> {
  const instructions = await countSnippets(engine, sources, CASES);
  const observations = CASES.map(
    ({ body, counts }, i): Observation => ({ what: body, counts, instructions: instructions[i] }),
  );
  return fitPrices(observations);
}
