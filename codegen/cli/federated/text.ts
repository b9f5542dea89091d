/** Rounds as people read them. */
import type { Range } from "../../../boards/figure.js";
import { thousands } from "../../emit/text.js";

export interface Rounds {
  readonly output: string;
  readonly counter: number;
  readonly bytes: number;
  /** Blocks of flash that a board erases when it takes the update; rounds erase none. */
  readonly erasures: number;
  readonly accuracyBefore?: number;
  readonly rounds: readonly {
    /** From 1 on. */
    readonly round: number;
    readonly boards: readonly number[];
    readonly samples: number;
    readonly dropped: number;
    readonly seconds: number;
    /** To and from all boards, on the lines. */
    readonly sentBytes: number;
    readonly receivedBytes: number;
    readonly joules?: Range;
    readonly accuracy?: number;
  }[];
}

const percent = (part: number) => `${(100 * part).toFixed(1)} %`;

export function roundText(round: Rounds["rounds"][number], rounds: number): string {
  const { boards, samples, dropped, seconds, sentBytes, receivedBytes, joules, accuracy } = round;
  const parts = [
    `${boards.length} ${boards.length === 1 ? "board" : "boards"}`,
    `${thousands(samples)} samples`,
    `${thousands(sentBytes)} bytes to them and ${thousands(receivedBytes)} back`,
    `${seconds.toFixed(1)} s`,
    ...(joules ? [`${(1000 * joules.value).toPrecision(3)} mJ`] : []),
    ...(dropped > 0 ? [`${dropped} late or repeated`] : []),
    ...(accuracy === undefined ? [] : [`${percent(accuracy)} right`]),
  ];
  return `Round ${round.round} of ${rounds}: ${parts.join(", ")}\n`;
}

export function roundsText({ output, counter, bytes, erasures, accuracyBefore, rounds }: Rounds): string {
  const after = rounds[rounds.length - 1].accuracy;
  const right =
    accuracyBefore === undefined || after === undefined
      ? ""
      : `Right before ${percent(accuracyBefore)}, now ${percent(after)}\n`;
  return `${right}Version ${counter}, ${thousands(bytes)} bytes; a board erases ${erasures} blocks of flash when it takes it, and none in rounds
Written to ${output}
`;
}
