/** Ed25519 against the vectors of RFC 8032 and against OpenSSL, forgeries and malformed keys included. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { verifySignature } from "../../runtime/store/ed25519.js";
import { RFC8032 } from "./rfc8032.js";

const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const P = 2n ** 255n - 19n;

/** What stands before 32 bytes of a key in DER. */
const SPKI = Buffer.from("302a300506032b6570032100", "hex");
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");

const privateKey = (seed: Uint8Array) =>
  createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: "der", type: "pkcs8" });
const publicBytes = (seed: Uint8Array) =>
  createPublicKey(privateKey(seed)).export({ format: "der", type: "spki" }).subarray(SPKI.length);
const openssl = (key: Uint8Array, message: Uint8Array, signature: Uint8Array) =>
  verify(
    null,
    message,
    createPublicKey({ key: Buffer.concat([SPKI, key]), format: "der", type: "spki" }),
    signature,
  );

function little(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));
}
const number = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);

it.each(RFC8032)("RFC 8032, $name", ({ publicKey, message, signature }) => {
  expect(verifySignature(publicKey, message, signature)).toBe(true);
  for (const [bytes, at] of [
    [signature, 0],
    [signature, 40],
    [publicKey, 3],
  ] as const) {
    bytes[at] ^= 4;
    expect(verifySignature(publicKey, message, signature)).toBe(false);
    bytes[at] ^= 4;
  }
  expect(verifySignature(publicKey, Buffer.concat([message, Uint8Array.of(0)]), signature)).toBe(false);
});

const seed = fc.uint8Array({ minLength: 32, maxLength: 32 });
const text = fc.uint8Array({ maxLength: 300 });

it("agrees with OpenSSL on what was signed, and on what a bit was flipped of", () => {
  fc.assert(
    fc.property(seed, text, fc.nat(), (own, message, flip) => {
      const key = Uint8Array.from(publicBytes(own));
      const signature = Uint8Array.from(sign(null, message, privateKey(own)));
      expect(verifySignature(key, message, signature)).toBe(true);
      const parts = [key, message, signature];
      const bit = flip % (8 * (96 + message.length));
      let at = bit >> 3;
      for (const part of parts) {
        if (at >= 0 && at < part.length) part[at] ^= 1 << (bit & 7);
        at -= part.length;
      }
      const expected = openssl(key, message, signature);
      expect(verifySignature(key, message, signature)).toBe(expected);
      expect(expected).toBe(false);
    }),
    { numRuns: 60 },
  );
});

it("agrees with OpenSSL on random keys and signatures, most of which are no points", () => {
  fc.assert(
    fc.property(seed, text, fc.uint8Array({ minLength: 64, maxLength: 64 }), (key, message, signature) => {
      expect(verifySignature(key, message, signature)).toBe(openssl(key, message, signature));
    }),
    { numRuns: 100 },
  );
});

it("refuses a scalar that is not below the order of the base point, though it is the same one", () => {
  const { publicKey } = generateKeyPairSync("ed25519");
  expect(publicKey.asymmetricKeyType).toBe("ed25519");
  const own = new Uint8Array(32).fill(7);
  const message = new TextEncoder().encode("weights");
  const signature = sign(null, message, privateKey(own));
  const key = publicBytes(own);
  const s = number(signature.subarray(32));
  expect(verifySignature(key, message, signature)).toBe(true);
  for (let i = 1n; s + i * L < 2n ** 256n; i++) {
    const same = Buffer.concat([signature.subarray(0, 32), little(s + i * L)]);
    expect(verifySignature(key, message, same)).toBe(false);
    expect(openssl(key, message, same)).toBe(false);
  }
});

/** Encodings of points of small order, and those that are not canonical: y above P, or −0 for x. */
const ODD_POINTS: readonly [what: string, y: bigint, isPoint: boolean][] = [
  ["the neutral point", 1n, true],
  ["order 2", P - 1n, true],
  ["order 4", 0n, true],
  ["order 4, y = P", P, false],
  ["the neutral point, y = P + 1", P + 1n, false],
  ["the neutral point with −0", 1n + 2n ** 255n, false],
  ["order 2 with −0", P - 1n + 2n ** 255n, false],
  ["y = 2, which is not on the curve", 2n, false],
  ["all ones", 2n ** 256n - 1n, false],
];

it.each(ODD_POINTS)("takes %s as a key only in its one encoding", (_, y, isPoint) => {
  const message = new TextEncoder().encode("weights");
  const key = little(y);
  // With s = 0 and a neutral R the equation holds where k · A is neutral, which a small order makes likely.
  const signature = Buffer.concat([little(1n), little(0n)]);
  const found = Array.from({ length: 16 }, (_, i) =>
    verifySignature(key, Buffer.concat([message, Uint8Array.of(i)]), signature),
  );
  expect(found.includes(true)).toBe(isPoint);
  if (isPoint)
    for (const [i, it] of found.entries())
      expect(it).toBe(openssl(key, Buffer.concat([message, Uint8Array.of(i)]), signature));
});

it("refuses an R that is not canonical", () => {
  const message = new TextEncoder().encode("weights");
  for (const r of [P + 1n, 1n + 2n ** 255n]) {
    const signature = Buffer.concat([little(r), little(0n)]);
    for (const y of [1n, P - 1n, 0n]) {
      expect(verifySignature(little(y), message, signature)).toBe(false);
      expect(openssl(little(y), message, signature)).toBe(false);
    }
  }
});

it("refuses keys and signatures of another length", () => {
  const { publicKey, message, signature } = RFC8032[0];
  expect(verifySignature(publicKey.subarray(1), message, signature)).toBe(false);
  expect(verifySignature(publicKey, message, signature.subarray(1))).toBe(false);
  expect(verifySignature(publicKey, message, Buffer.concat([signature, signature]))).toBe(false);
});
