/** SHA-256 and SHA-512 against NIST's examples, and against OpenSSL in pieces of any size. */
import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { Sha256 } from "../../runtime/store/sha256.js";
import { sha512 } from "../../runtime/store/sha512.js";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const ascii = (text: string) => new TextEncoder().encode(text);

function sha256(...parts: readonly Uint8Array[]): string {
  const digest = new Sha256();
  for (const part of parts) digest.update(part);
  return hex(digest.digest());
}

/** Examples of FIPS 180-4 as NIST publishes them. */
const EXAMPLES: readonly [message: Uint8Array, sha256: string, sha512: string][] = [
  [
    ascii("abc"),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
  ],
  [
    ascii(""),
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
  ],
  [
    ascii("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    "204a8fc6dda82f0a0ced7beb8e08a41657c16ef468b228a8279be331a703c33596fd15c13b1b07f9aa1d3bea57789ca031ad85c7a71dd70354ec631238ca3445",
  ],
  [
    new Uint8Array(1_000_000).fill(97),
    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
    "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973ebde0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b",
  ],
];

it.each(EXAMPLES)("example %#", (message, first, second) => {
  expect(sha256(message)).toBe(first);
  expect(hex(sha512([message]))).toBe(second);
});

it("are OpenSSL's for messages of each length around the ends of blocks", () => {
  const all = Uint8Array.from({ length: 300 }, (_, i) => (i * 151 + 7) & 255);
  for (let length = 0; length <= all.length; length++) {
    const message = all.subarray(0, length);
    expect(sha256(message)).toBe(createHash("sha256").update(message).digest("hex"));
    expect(hex(sha512([message]))).toBe(createHash("sha512").update(message).digest("hex"));
  }
});

it("are OpenSSL's for random messages in random pieces", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }), (parts) => {
      const message = Buffer.concat(parts);
      expect(sha256(...parts)).toBe(createHash("sha256").update(message).digest("hex"));
      expect(hex(sha512(parts))).toBe(createHash("sha512").update(message).digest("hex"));
    }),
  );
});
