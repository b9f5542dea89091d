/** Points of the curve of Ed25519 (RFC 8032, 5.1): −x² + y² = 1 + d x² y² over the field of 2^255 − 19 elements. */
import { canonical, inverse, MULTIPLE, multiply, P, rootPower } from "./field25519.js";

const D = 0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3n;
const D2 = 2n * D;
/** A square root of −1. */
const ROOT = 0x2b8324804fc1df0b2b4d00993dfbd7a72f431806ad2fe478c4ee1b274a0ea0b0n;
const SIGN = 2n ** 255n;

/** x / z and y / z are the coordinates, and e · h / z is x · y / z²: doublings need no such product. */
export interface Point {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
  readonly e: bigint;
  readonly h: bigint;
}

/** What adding a point again and again needs of it. */
export interface Addend {
  readonly minus: bigint;
  readonly plus: bigint;
  readonly z2: bigint;
  readonly t2d: bigint;
}

export function point(x: bigint, y: bigint): Point {
  return { x, y, z: 1n, e: x, h: y };
}

export function double({ x, y, z }: Point): Point {
  const a = multiply(x, x);
  const b = multiply(y, y);
  const s = x + y;
  const h = a + b;
  const e = h + MULTIPLE - multiply(s, s);
  const g = a + MULTIPLE - b;
  const f = 2n * multiply(z, z) + g;
  return { x: multiply(e, f), y: multiply(g, h), z: multiply(f, g), e, h };
}

export function add({ x, y, z, e: e1, h: h1 }: Point, { minus, plus, z2, t2d }: Addend): Point {
  const a = multiply(y + MULTIPLE - x, minus);
  const b = multiply(y + x, plus);
  const c = multiply(multiply(e1, h1), t2d);
  const d = multiply(z, z2);
  const e = b + MULTIPLE - a;
  const f = d + MULTIPLE - c;
  const g = d + c;
  const h = b + a;
  return { x: multiply(e, f), y: multiply(g, h), z: multiply(f, g), e, h };
}

export function addend({ x, y, z, e, h }: Point): Addend {
  return {
    minus: multiply(y + MULTIPLE - x, 1n),
    plus: multiply(y + x, 1n),
    z2: 2n * z,
    t2d: multiply(multiply(e, h), D2),
  };
}

/** The 256 bits that stand for a point: y, and above it the lowest bit of x. */
export function encode({ x, y, z }: Point): bigint {
  const scale = inverse(z);
  const bits = canonical(multiply(y, scale));
  return canonical(multiply(x, scale)) & 1n ? bits + SIGN : bits;
}

/** The coordinates of −A for the point A that 256 bits stand for; undefined where they stand for none. */
export function decodeNegative(bits: bigint): Point | undefined {
  const isOdd = bits >= SIGN;
  const y = isOdd ? bits - SIGN : bits;
  if (y >= P) return undefined;
  const yy = multiply(y, y);
  const u = yy + MULTIPLE - 1n;
  const v = multiply(yy, D) + 1n;
  const v3 = multiply(multiply(v, v), v);
  const uv3 = multiply(u, v3);
  const uv7 = multiply(multiply(uv3, v3), v);
  let x = multiply(uv3, rootPower(uv7));
  const vxx = multiply(v, multiply(x, x));
  if (canonical(vxx + MULTIPLE + MULTIPLE - u)) {
    if (canonical(vxx + u)) return undefined;
    x = multiply(x, ROOT);
  }
  x = canonical(x);
  if (!x && isOdd) return undefined;
  return point((x & 1n) === (isOdd ? 1n : 0n) ? P - x : x, y);
}
