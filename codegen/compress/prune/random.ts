import { random } from "../quantize/random.js";

/** Numbers that the generator makes before it is used: its first ones are near to 0 for all small seeds. */
const SKIPPED = 4;

/** Numbers from 0 to below 1, always the same for the same seed. */
export function warmRandom(seed: number): () => number {
  const next = random(seed);
  for (let i = 0; i < SKIPPED; i++) next();
  return next;
}
