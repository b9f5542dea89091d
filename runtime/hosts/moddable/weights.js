import Resource from "Resource";

/**
 * The weights of a model, read in place from flash.
 *
 * @param {string} name their name in the manifest's `data`, with its extension
 */
export function mapWeights(name) {
  return new Resource(name);
}
