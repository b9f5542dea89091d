/** Values of options of commands that train, checked. */
import { InvalidArgumentError } from "commander";
import type { Hint } from "../../compress/train/hints.js";
import { numbers } from "../quantize/options.js";

/** A share that may be nothing and all. */
export function share(text: string): number {
  return one(text, (value) => value >= 0 && value <= 1, "It must be a number from 0 to 1.");
}

/** A share that may be nothing, but not all. */
export function shareBelow1(text: string): number {
  return one(text, (value) => value >= 0 && value < 1, "It must be a number from 0 to below 1.");
}

/** Adds one `TEACHER=STUDENT`. */
export function hint(text: string, before: readonly Hint[] = []): readonly Hint[] {
  const [teacher, student, ...rest] = text.split("=");
  if (!teacher || !student || rest.length > 0)
    throw new InvalidArgumentError("It must be the name of a teacher's tensor, = and that of a student's.");
  return [...before, { teacher, student }];
}

function one(text: string, isRight: (value: number) => boolean, message: string): number {
  const [value, ...rest] = numbers(text);
  if (rest.length > 0 || !isRight(value)) throw new InvalidArgumentError(message);
  return value;
}
