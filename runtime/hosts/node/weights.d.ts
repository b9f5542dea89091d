/**
 * The weights of a model as one buffer: in place from flash on Moddable, read from the artifact's folder on Node.
 *
 * @param name the name of the weights in the manifest's `data`, with its extension, e.g. `digits-weights.bin`
 * @throws Error where there are none of that name
 */
export function mapWeights(name: string): ArrayBuffer;
