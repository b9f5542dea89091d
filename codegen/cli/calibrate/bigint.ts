/** Fits what operations on BigInts cost, by the words of their operands. */
import type { Engine } from "../../../boards/engine.js";
import type { RuntimeSources } from "../../emit/runtime-files.js";
import { type Counts, type Fit, fitPrices } from "./fit.js";
import { randomBytes } from "./random.js";
import { countSnippets, type Snippet } from "./snippets.js";

/** One operation at one size. */
interface Case extends Snippet {
  readonly what: string;
  readonly counts: Counts;
}

const WORDS = [1, 2, 4, 8, 16, 24, 48, 96];

/** A number of so many words, its top byte given. */
function vector(words: number, top: number): string {
  const bytes = randomBytes(4 * words - 1, top).map((byte) => byte.toString(16).padStart(2, "0"));
  return `0x${top.toString(16)}${bytes.join("")}n`;
}

/** V and W of so many words, V the larger one, S and the result. */
function declare(words: number, other = words, scalar = 1): Pick<Case, "module" | "setup"> {
  return {
    module: `const V = ${vector(words, 0x71)}; const W = ${vector(other, 0x61)}; const S = ${vector(scalar, 1)};`,
    setup: "let r;",
  };
}

const plain = (words: number) => ({ base: 1, word: words });

/** `body` for several sizes, priced by a base and a word. */
function bySize(body: string, counts = plain): Case[] {
  return WORDS.map((words) => ({
    what: `${body} of ${words} words`,
    ...declare(words),
    body,
    counts: counts(words),
  }));
}

/** Operands of two sizes: `word` counts those that both have, `rest` those of the longer one alone. */
function byTwoSizes(body: string): Case[] {
  return WORDS.flatMap((words) =>
    [words, 1, Math.ceil(words / 2)].map((other) => ({
      what: `${body} of ${words} and ${other} words`,
      ...declare(words, other),
      body,
      counts: { base: 1, word: other, rest: words - other },
    })),
  );
}

function shifts(operator: "<<" | ">>", bits: number, counts = plain): Case[] {
  const shift = `const B = ${bits}n;`;
  return WORDS.filter((words) => 32 * words > bits).map((words) => ({
    what: `V ${operator} ${bits} of ${words} words`,
    ...declare(words),
    module: `${declare(words).module} ${shift}`,
    body: `r = V ${operator} B;`,
    counts: counts(words),
  }));
}

const products = [1, 2, 3, 5].flatMap((scalarWords) =>
  bySize("r = V * S;", (words) => ({
    base: 1,
    scalarWord: scalarWords,
    word: words,
    product: words * scalarWords,
  })).map(
    (it, i): Case => ({ ...it, ...declare(WORDS[i], 1, scalarWords), what: `${it.what} by ${scalarWords}` }),
  ),
);

/** A literal beside the same number as a constant of the module. */
const literals = WORDS.map((words): Case => {
  const body = `r = V | ${vector(words, 0x55)};`;
  return { what: `literal of ${words} words`, ...declare(words), body, counts: plain(words) };
});

/** A conversion of runtime/lanes.ts. */
const conversions = (name: string, body: (words: number) => string): Case[] =>
  WORDS.map((words) => ({
    what: `${name} of ${words} words`,
    imports: new Map([["lanes", [name]]]),
    ...declare(words),
    setup: "let r; const bytes = memory.int8; bytes.fill(77);",
    body: body(words),
    counts: plain(words),
  }));

const SERIES: Readonly<Record<string, readonly Case[]>> = {
  add: byTwoSizes("r = V + W;"),
  subtract: byTwoSizes("r = V - W;"),
  multiply: products,
  bitwise: [...bySize("r = V & W;"), ...bySize("r = V | W;")],
  shiftRight: [...shifts(">>", 5), ...shifts(">>", 69, (words) => ({ base: 1, word: words - 2 }))],
  shiftRightWords: shifts(">>", 32, (words) => ({ base: 1, word: words - 1 })),
  shiftLeft: [...shifts("<<", 5), ...shifts("<<", 69)],
  shiftLeftWords: [...shifts("<<", 32), ...shifts("<<", 64)],
  literal: literals,
  fromBytes: conversions("fromBytes", (words) => `r = fromBytes(bytes, 4, ${4 * words});`),
  toBytes: conversions("toBytes", (words) => `r = toBytes(V, ${4 * words});`),
};

/** What is subtracted from what a case counts: an assignment, and for a literal the operation that it is an operand of. */
export async function calibrateBigint(
  engine: Engine,
  sources: RuntimeSources,
): Promise<{ fits: Readonly<Record<string, Fit>>; single: Counts }> {
  const assignment: Snippet = { ...declare(8), body: "r = V;" };
  const integer: Snippet = { setup: "let r; const i = -12345;", body: "r = BigInt(i);" };
  const bare = bySize("r = V | W;");
  const cases = Object.values(SERIES).flat();
  const [statement, fromInteger, ...counted] = await countSnippets(engine, sources, [
    assignment,
    integer,
    ...bare,
    ...cases,
  ]);
  const without = counted.splice(0, bare.length);
  const fits: Record<string, Fit> = {};
  for (const [name, series] of Object.entries(SERIES)) {
    const own = counted.splice(0, series.length);
    fits[name] = fitPrices(
      series.map(({ what, counts }, i) => ({
        what,
        counts,
        instructions: own[i] - (name === "literal" ? without[i] : statement),
      })),
    );
  }
  return { fits, single: { statement, fromInteger: fromInteger - statement } };
}
