/** The test vectors of RFC 8439 for ChaCha20's block, Poly1305 and its one-time keys. */
import { describe, expect, it } from "vitest";
import { chacha20 } from "../../runtime/pipeline/chacha20.js";
import { poly1305 } from "../../runtime/pipeline/poly1305.js";

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replace(/[\s:]/g, ""), "hex"));
const words = (hex: string) => new Int32Array(bytes(hex).buffer);
const hexOf = (array: Int32Array) =>
  Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString("hex");

function block(key: string, counter: number, nonce: string): string {
  const [b, c, d] = words(nonce);
  return hexOf(chacha20(words(key), counter, b, c, d));
}

const tag = (key: string, text: Uint8Array) => hexOf(poly1305(bytes(key), text));

const ZEROS = "00".repeat(32);
const COUNTING = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

describe("ChaCha20's block function", () => {
  it.each([
    {
      section: "2.3.2",
      key: COUNTING,
      counter: 1,
      nonce: "000000090000004a00000000",
      expected: `10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e
        d2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e`,
    },
    {
      section: "A.1, 1",
      key: ZEROS,
      counter: 0,
      nonce: "000000000000000000000000",
      expected: `76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7
        da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586`,
    },
    {
      section: "A.1, 2",
      key: ZEROS,
      counter: 1,
      nonce: "000000000000000000000000",
      expected: `9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed
        29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f`,
    },
    {
      section: "A.1, 3",
      key: `${"00".repeat(31)}01`,
      counter: 1,
      nonce: "000000000000000000000000",
      expected: `3aeb5224ecf849929b9d828db1ced4dd832025e8018b8160b82284f3c949aa5a
        8eca00bbb4a73bdad192b5c42f73f2fd4e273644c8b36125a64addeb006c13a0`,
    },
    {
      section: "A.1, 4",
      key: `00ff${"00".repeat(30)}`,
      counter: 2,
      nonce: "000000000000000000000000",
      expected: `72d54dfbf12ec44b362692df94137f328fea8da73990265ec1bbbea1ae9af0ca
        13b25aa26cb4a648cb9b9d1be65b2c0924a66c54d545ec1b7374f4872e99f096`,
    },
    {
      section: "A.1, 5",
      key: ZEROS,
      counter: 0,
      nonce: "000000000000000000000002",
      expected: `c2c64d378cd536374ae204b9ef933fcd1a8b2288b3dfa49672ab765b54ee27c7
        8a970e0e955c14f3a88e741b97c286f75f8fc299e8148362fa198a39531bed6d`,
    },
  ])("section $section", ({ key, counter, nonce, expected }) => {
    expect(block(key, counter, nonce)).toBe(expected.replace(/\s/g, ""));
  });
});

describe("one-time keys: the first half of block 0", () => {
  it.each([
    {
      section: "2.6.2",
      key: "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
      nonce: "000000000001020304050607",
      expected: "8ad5a08b905f81cc815040274ab29471a833b637e3fd0da508dbb8e2fdd1a646",
    },
    {
      section: "A.4, 2",
      key: `${"00".repeat(31)}01`,
      nonce: "000000000000000000000002",
      expected: "ecfa254f845f647473d3cb140da9e87606cb33066c447b87bc2666dde3fbb739",
    },
    {
      section: "A.4, 3",
      key: "1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0",
      nonce: "000000000000000000000002",
      expected: "965e3bc6f9ec7ed9560808f4d229f94b137ff275ca9b3fcbdd59deaad23310ae",
    },
  ])("section $section", ({ key, nonce, expected }) => {
    expect(block(key, 0, nonce).slice(0, 64)).toBe(expected);
  });
});

const IETF = `Any submission to the IETF intended by the Contributor for publication as all or part of an IETF Internet-Draft or RFC and any statement made within the context of an IETF activity is considered an "IETF Contribution". Such statements include oral statements in IETF sessions, as well as written and electronic communications made at any time or place, which are addressed to`;
const JABBERWOCKY = `'Twas brillig, and the slithy toves
Did gyre and gimble in the wabe:
All mimsy were the borogoves,
And the mome raths outgrabe.`;
const R = "36e5f6b5c5e06070f0efca96227a863e";
const NONE = "00".repeat(16);
const text = (value: string) => Uint8Array.from(Buffer.from(value));

describe("Poly1305", () => {
  it.each([
    {
      section: "2.5.2",
      key: "85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b",
      message: text("Cryptographic Forum Research Group"),
      expected: "a8061dc1305136c6c22b8baf0c0127a9",
    },
    { section: "A.3, 1", key: ZEROS, message: new Uint8Array(64), expected: NONE },
    { section: "A.3, 2", key: NONE + R, message: text(IETF), expected: R },
    {
      section: "A.3, 3",
      key: R + NONE,
      message: text(IETF),
      expected: "f3477e7cd95417af89a6b8794c310cf0",
    },
    {
      section: "A.3, 4",
      key: "1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0",
      message: text(JABBERWOCKY),
      expected: "4541669a7eaaee61e708dc7cbcc5eb62",
    },
    {
      section: "A.3, 5: a sum that exceeds 2^130 - 5",
      key: `02${"00".repeat(31)}`,
      message: bytes("ff".repeat(16)),
      expected: `03${"00".repeat(15)}`,
    },
    {
      section: "A.3, 6: 2^128 is lost when the key is added",
      key: `02${"00".repeat(15)}${"ff".repeat(16)}`,
      message: bytes(`02${"00".repeat(15)}`),
      expected: `03${"00".repeat(15)}`,
    },
    {
      section: "A.3, 7",
      key: `01${"00".repeat(31)}`,
      message: bytes(`${"ff".repeat(16)}f0${"ff".repeat(15)}11${"00".repeat(15)}`),
      expected: `05${"00".repeat(15)}`,
    },
    {
      section: "A.3, 8",
      key: `01${"00".repeat(31)}`,
      message: bytes(`${"ff".repeat(16)}fb${"fe".repeat(15)}${"01".repeat(16)}`),
      expected: NONE,
    },
    {
      section: "A.3, 9",
      key: `02${"00".repeat(31)}`,
      message: bytes(`fd${"ff".repeat(15)}`),
      expected: `fa${"ff".repeat(15)}`,
    },
    {
      section: "A.3, 10",
      key: `0100000000000000040000000000000000000000000000000000000000000000`,
      message: bytes(
        `e33594d7505e43b900000000000000003394d7505e4379cd010000000000000000000000000000000000000000000000
        01000000000000000000000000000000`,
      ),
      expected: "14000000000000005500000000000000",
    },
    {
      section: "A.3, 11",
      key: `0100000000000000040000000000000000000000000000000000000000000000`,
      message: bytes(
        "e33594d7505e43b900000000000000003394d7505e4379cd010000000000000000000000000000000000000000000000",
      ),
      expected: "13000000000000000000000000000000",
    },
  ])("section $section", ({ key, message, expected }) => {
    expect(tag(key, message)).toBe(expected);
  });

  it("is that of RFC 8439 for every length, computed digit by digit", () => {
    const key = COUNTING;
    const P = 2n ** 130n - 5n;
    const number = (part: Uint8Array) => part.reduceRight((sum, byte) => (sum << 8n) + BigInt(byte), 0n);
    for (let length = 0; length < 2000; length += length < 200 ? 1 : 37) {
      const message = Uint8Array.from({ length }, (_, i) => 31 * i + length);
      const r = number(bytes(key).subarray(0, 16)) & 0x0ffffffc0ffffffc0ffffffc0fffffffn;
      let sum = 0n;
      for (let at = 0; at < length; at += 16)
        sum = ((sum + number(Uint8Array.of(...message.subarray(at, at + 16), 1))) * r) % P;
      const expected = (sum + number(bytes(key).subarray(16))) % 2n ** 128n;
      const found = bytes(tag(key, message));
      expect(number(found)).toBe(expected);
    }
  });
});
