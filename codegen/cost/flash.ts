/**
 * Flash that generated modules take, as Moddable's linker writes them: the bytecode of their functions, and functions and constants
 * as slots and chunks. A module's own code runs when the application is linked, and is not kept.
 */
import type { KernelSource } from "../kernels/generated.js";
import { chunk } from "./garbage.js";

/** A line that declares a constant of the module. */
const CONSTANT = /^const (\w+) = (.*);\n/gm;

/** What words and numbers are to generators: names, keywords and literals. */
const TOKEN = /0x[\da-f]+n|\d+n?|[A-Za-z_]\w*/g;

/** Bytecode of a name with the opcodes around it, and of a BigInt beside its words. */
const NAME = 2.6;
const BIGINT = 2;

/** A function: its slots, its own code around that of its statements, the names of its variables. */
const FUNCTION = 870;

/** A function's own reference to a constant of the module. */
const REFERENCE = 12.7;

/** A constant beside its chunk: value, name, and its place in the module's scope. */
const DECLARATION = 50;

/**
 * Bytes of a generated module. Fitted, as the figures above, on seven public models in several forms, compiled by XS'
 * compiler.
 *
 * @param text as `KernelSource` has it
 */
export function moduleBytes(text: string): number {
  const constants = new Set<string>();
  let bytes = 0;
  const functions = text.replace(CONSTANT, (_, name: string, value: string) => {
    constants.add(name);
    bytes += constantBytes(value);
    return "";
  });
  let referred = new Set<string>();
  for (const [token] of functions.matchAll(TOKEN)) {
    bytes += tokenBytes(token);
    if (token === "function") referred = new Set();
    else if (constants.has(token) && !referred.has(token)) {
      referred.add(token);
      bytes += REFERENCE;
    }
  }
  return Math.round(bytes);
}

/** Bytes of what several modules declare alike, but for one of them: it is shared. */
export function sharedBytes(modules: readonly KernelSource[]): number {
  const seen = new Set<string>();
  let bytes = 0;
  for (const [value, own] of modules.flatMap(constantsOf)) {
    if (seen.has(value)) bytes += own;
    else seen.add(value);
  }
  return bytes;
}

const constants = new WeakMap<KernelSource, readonly (readonly [value: string, bytes: number])[]>();

/** The constants of a module, looked for once however often plans with it are weighed. */
function constantsOf(module: KernelSource): readonly (readonly [value: string, bytes: number])[] {
  const known =
    constants.get(module) ??
    [...module.text.matchAll(CONSTANT)].map(([, , value]) => [value, constantBytes(value)] as const);
  constants.set(module, known);
  return known;
}

function constantBytes(value: string): number {
  return DECLARATION + chunk(Math.max(1, Math.ceil(bits(value) / 32)));
}

/** Bits of a constant as generators write it: digits, or calls of `repeated` of runtime/lanes.ts. */
export function bits(value: string): number {
  const shifted = /^\((.*)\) << (\d+)n$/.exec(value);
  if (shifted) return bits(shifted[1]) + Number(shifted[2]);
  const cut = / & \(\(1n << (\d+)n\) - 1n\)$/.exec(value);
  if (cut) return Number(cut[1]);
  const repeated = /^repeated\((.*), (\d+)n, (\d+)\)$/.exec(value);
  if (repeated) return bits(repeated[1]) + Number(repeated[2]) * (Number(repeated[3]) - 1);
  const digits = /^-?0x(.*)n$/.exec(value);
  return digits ? 4 * digits[1].length : 32;
}

function tokenBytes(token: string): number {
  if (token > ":") return token === "function" ? FUNCTION : NAME;
  if (token.endsWith("n")) return BIGINT + 4 * Math.max(1, Math.ceil((token.length - 3) / 8));
  return token.length < 3 ? 3.7 : token.length < 5 ? 4.7 : 5.7;
}
