import { readFileSync } from "node:fs";

/**
 * The weights of the model in the folder above, for Node.
 *
 * @returns {ArrayBuffer} the whole of `weights.bin`
 */
export function mapWeights() {
  const { buffer, byteOffset, byteLength } = readFileSync(new URL("../weights.bin", import.meta.url));
  return buffer.slice(byteOffset, byteOffset + byteLength);
}
