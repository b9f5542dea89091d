/** Whether a file is a whole update. Only boards know the key: the signature is not looked at. */
import { createHash } from "node:crypto";
import { AT_MAGIC, HEADER_BYTES, hasDigest, MAGIC, payloadBytes } from "../../runtime/store/header.js";
import { refuse } from "../problems/problem.js";

/** @throws Refusal `update-malformed` for what `packUpdate` did not make, or what was cut or changed since */
export function requireUpdate(update: Uint8Array, path: string): void {
  const malformed = (why: string) => refuse("update-malformed", { path, why });
  if (update.length < HEADER_BYTES) malformed("it is shorter than a header");
  const words = new Int32Array(Uint8Array.from(update.subarray(0, HEADER_BYTES)).buffer);
  if (words[AT_MAGIC] !== MAGIC) malformed("it does not begin like one");
  const expected = HEADER_BYTES + payloadBytes(words);
  if (update.length !== expected) malformed(`it has ${update.length} bytes and not ${expected}`);
  const digest = createHash("sha256").update(update.subarray(HEADER_BYTES)).digest();
  if (!hasDigest(words, digest)) malformed("its contents do not have the digest that its header says");
}
