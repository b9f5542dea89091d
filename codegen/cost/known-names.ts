/** Words of JavaScript that the runtime and generated code use: keywords, and names that XS brings along in flash. */
const KEYWORDS =
  "as break class const continue default do else export extends false for from function get if import let new null of " +
  "return set static super switch this throw true typeof undefined while";

const BUILT_IN =
  "Array ArrayBuffer BYTES_PER_ELEMENT BigInt Float32Array Infinity Int16Array Int32Array Int8Array Math Number Object " +
  "RangeError Uint8Array add all at buffer byteLength byteOffset clz32 constructor copyWithin count fill filter floor freeze " +
  "fromArrayBuffer fromBigInt fround has imul index input left length line map match max min name next padStart parseInt " +
  "prototype push reduce reverse shift size slice subarray toString trunc value values";

/** They take no RAM as names. */
export const KNOWN_NAMES: ReadonlySet<string> = new Set(`${KEYWORDS} ${BUILT_IN}`.split(" "));
