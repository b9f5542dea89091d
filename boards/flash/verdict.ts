/** What an application's self-test says on the console, a line at its end. */

export interface Verdict {
  readonly passed: boolean;
  /** The whole line. */
  readonly line: string;
}

const VERDICT = /xsnn: self-test (passed|FAILED): .*/;

/** No line of a verdict is longer. */
const MAX_LINE = 1000;

/** Finds the verdict in text that comes in parts. */
export class VerdictReader {
  #line = "";

  /** The verdict, once its line is complete. */
  push(text: string): Verdict | undefined {
    const lines = (this.#line + text).split("\n");
    this.#line = lines.pop()!.slice(-MAX_LINE);
    for (const line of lines) {
      const found = VERDICT.exec(line);
      if (found) return { passed: found[1] === "passed", line: found[0].trim() };
    }
    return undefined;
  }
}
