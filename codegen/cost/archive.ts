/**
 * How large an XS archive gets, before a linker has made it: names, the bytecode of whole modules, and data. Fitted on eleven
 * plans of golden models, of which it is 4 per cent below to 17 per cent above; `mcrun` writes the very file.
 */

/** A word as an instruction with its operand; what a module and a file of data have around them. */
const WORD = 4.1;
const MODULE = 400;
const DATA = 64;

/** A BigInt beside its words, and a name in the archive's table beside its letters. */
const BIGINT = 2;
const NAME = 3;

const COMMENT = /\/\*[\s\S]*?\*\/|\/\/.*/g;
const STRING = /"(?:[^"\\\n]|\\.)*"/g;
const TOKEN = /0x[\da-f]+n|\d+n?|[A-Za-z_]\w*/g;

/**
 * @param modules their JavaScript by specifier
 * @param dataBytes of each file
 */
export function archiveBytes(modules: ReadonlyMap<string, string>, dataBytes: readonly number[]): number {
  const names = new Set<string>();
  let bytes = MODULE * modules.size + dataBytes.reduce((sum, length) => sum + DATA + length, 0);
  for (const source of modules.values()) {
    const text = source.replace(COMMENT, "").replace(STRING, (string) => {
      bytes += string.length;
      return "";
    });
    for (const [token] of text.matchAll(TOKEN)) {
      if (token > ":") names.add(token);
      bytes += tokenBytes(token);
    }
  }
  for (const { length } of names) bytes += NAME + length;
  return Math.round(bytes);
}

function tokenBytes(token: string): number {
  if (token > ":") return WORD;
  if (token.endsWith("n")) return BIGINT + 4 * Math.max(1, Math.ceil((token.length - 3) / 8));
  return token.length < 3 ? 2 : token.length < 5 ? 3 : 5;
}
