/** Function bodies: inputs are read, outputs computed and written. */
import { type Elements, readsOf, storeText } from "./access.js";
import type { Value } from "./expression.js";
import { outputsOf, type Values } from "./stage.js";
import type { Sum } from "./sums.js";

/** Sums over the same inputs. */
export interface Stage {
  readonly sums: readonly Sum[];
  readonly inputZeroPoint: number;
}

/** Where a body's elements lie. */
export interface Frame {
  readonly input: Elements;
  readonly isOutputAligned: boolean;
  /** The element of the first output. */
  readonly firstOutput: number;
}

/** The statements of a function over `int8`, `int32` and the byte offsets `i` and `o` of input and output. */
export interface Body {
  readonly lines: readonly string[];
  readonly locals: number;
  /** What is passed over where inputs are zero, if anything. */
  readonly skips?: readonly Skip[];
}

/** Statements that are not evaluated where all words of the input are zero. */
export interface Skip {
  /** Counted from that of the function's first input. */
  readonly words: readonly number[];
  readonly instructions: number;
}

/** What holds any int8. */
export const ANY = { min: 0, max: 255 };

/** The names of outputs, by stage. */
const LETTERS = "bcdefghjk";

/** All inputs are read first; the outputs of a stage are the inputs of the next. */
export function straightBody(stages: readonly Stage[], frame: Frame): Body | undefined {
  const inputs = inputsOf(stages[0].sums);
  const loads = readsOf(inputs, frame.input).flatMap(({ word, values: read }) => [
    ...(word ? [`${word};`] : []),
    ...read.map(([input, text]) => `const x${input} = ${text};`),
  ]);
  let values: Values = (input) => ({ name: `x${input}`, ...ANY });
  let outputs: Value[] = [];
  const lines: string[] = [];
  for (const [stage, { sums, inputZeroPoint }] of stages.entries()) {
    const found = outputsOf(sums, values, inputZeroPoint);
    if (!found || stage >= LETTERS.length) return undefined;
    const current = found.map(({ text, range }, i) =>
      range.min === range.max ? { name: text, ...range } : { name: `${LETTERS[stage]}${i}`, ...range },
    );
    for (const [i, { name }] of current.entries())
      if (name !== found[i].text) lines.push(`const ${name} = ${found[i].text};`);
    values = (input) => current[input];
    outputs = current;
  }
  const stores = storeText(outputs, frame.firstOutput, frame.isOutputAligned);
  return complete([...loads, ...lines, ...stores]);
}

/** The inputs that sums read, in order. */
export function inputsOf(sums: readonly Sum[]): number[] {
  return [...new Set(sums.flatMap(({ taps }) => taps.map(({ input }) => input)))].sort((a, b) => a - b);
}

/** Adds what statements use without declaring it. */
export function complete(statements: readonly string[]): Body {
  const text = statements.join("\n");
  const declared = new Set(text.match(/(?<=(?:const|let) )[a-z]\d*/g));
  const used = [...new Set(text.match(/\b[a-z]\d*(?= = )/g))].filter((name) => !declared.has(name));
  const lines = [
    ...(/\bw\b/.test(text) ? ["const w = i >> 2;"] : []),
    ...(/\bv\b/.test(text) ? ["const v = o >> 2;"] : []),
    ...used.map((name) => `let ${name} = 0;`),
    ...statements,
  ];
  return { lines, locals: declared.size + used.length + 2 };
}
