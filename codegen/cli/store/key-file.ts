/** Keys that updates are signed with, as PEM files. */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdir, open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { refuse } from "../../problems/problem.js";
import { readBounded, requireWritable, rethrow } from "../files.js";

/** No PEM file of a key is larger. */
const MAX_KEY_BYTES = 2 ** 14;

/** Where the public key of a private one is written: `key.pem` → `key.public.pem`. */
export function publicPath(path: string): string {
  return `${path.replace(/\.pem$/, "")}.public.pem`;
}

/** The 32 bytes of a public key in hexadecimal, as the application has them. */
function publicHex(key: KeyObject): string {
  return Buffer.from(key.export({ format: "jwk" }).x!, "base64url").toString("hex");
}

/**
 * Makes a key pair and writes both, the private one for its owner's eyes.
 *
 * @returns the public key in hexadecimal
 * @throws Refusal `key-exists`, `file-not-writable`; nothing is written then
 */
export async function writeKeyPair(path: string): Promise<string> {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  await requireWritable(path);
  await create(path, privateKey.export({ format: "pem", type: "pkcs8" }), 0o600);
  try {
    await create(publicPath(path), publicKey.export({ format: "pem", type: "spki" }), 0o644);
  } catch (error) {
    await rm(path);
    throw error;
  }
  return publicHex(publicKey);
}

async function create(path: string, text: string | Buffer, mode: number): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, "wx", mode);
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") refuse("key-exists", { path });
    rethrow("file-not-writable", path, error);
  }
}

/**
 * A private key to sign with.
 *
 * @throws Refusal `file-not-readable`, `key-malformed`
 */
export async function readPrivateKey(path: string): Promise<KeyObject> {
  const text = Buffer.from(await readBounded(path, MAX_KEY_BYTES));
  const not = (why: string) => refuse("key-malformed", { path, why });
  if (text.includes("PUBLIC KEY")) return not("it is the public one");
  if (text.includes("ENCRYPTED")) return not("it is encrypted");
  let key: KeyObject;
  try {
    key = createPrivateKey(text);
  } catch {
    return not("it is no private key in PEM");
  }
  return key.asymmetricKeyType === "ed25519"
    ? key
    : not(`it is of kind ${key.asymmetricKeyType}, not ed25519`);
}
