/**
 * Instructions of Moddable XS 13.3 on RV32IMC, compiled -Os: what `xsnn calibrate --update` measured and wrote here.
 * docs/costs.md says what each stands for.
 */
export const constants = {
  bigint: {
    add: { base: 394, word: 15 },
    subtract: { base: 410, word: 15.6 },
    multiply: { base: 420, scalarWord: 15, word: 2, product: 17 },
    bitwise: { base: 381, word: 14 },
    shiftRight: { base: 392, word: 12 },
    shiftRightWords: { base: 421, word: 3.3 },
    shiftLeft: { base: 433, word: 12 },
    shiftLeftWords: { base: 476, word: 3.25 },
    literal: { base: 167, word: 4 },
    fromInteger: 632,
    fromBytes: { base: 5990, word: 8.5 },
    toBytes: { base: 4380, word: 5.3 },
    statement: 72,
  },
} as const;
