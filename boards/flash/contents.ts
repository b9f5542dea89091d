/** What is on a board while it is written to, for whoever must know after a failure. */

/** What became of something that was to be written. */
export type Fate = "untouched" | "incomplete" | "unverified" | "verified";

const FATES: readonly [Fate, string][] = [
  ["verified", "written and verified"],
  ["unverified", "written, not as it should be"],
  ["incomplete", "incomplete"],
  ["untouched", "as it was before"],
];

export class Contents {
  readonly #fates: Map<string, Fate>;

  /** @param names of what is to be written, in this order */
  constructor(names: readonly string[]) {
    this.#fates = new Map(names.map((name) => [name, "untouched"]));
  }

  set(name: string, fate: Fate): void {
    this.#fates.set(name, fate);
  }

  get areUntouched(): boolean {
    return [...this.#fates.values()].every((fate) => fate === "untouched");
  }

  get areVerified(): boolean {
    return [...this.#fates.values()].every((fate) => fate === "verified");
  }

  /** In words, e.g. `bootloader and partition table: written and verified; application: incomplete`. */
  toString(): string {
    if (this.areUntouched) return "nothing was written, the board is as it was before";
    return FATES.map(([fate, words]) => {
      const names = [...this.#fates].filter(([, its]) => its === fate).map(([name]) => name);
      return names.length > 0 ? `${inARow(names)}: ${words}` : "";
    })
      .filter(Boolean)
      .join("; ");
  }
}

function inARow(names: readonly string[]): string {
  const last = names.at(-1)!;
  return names.length === 1 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}
