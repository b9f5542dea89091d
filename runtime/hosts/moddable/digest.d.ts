import type { Digest } from "../../store/sha256.js";

/** SHA-256 in C, for a model store, by Moddable's module `crypt`: `$(MODULES)/crypt/digest/manifest.json`. */
export class HostSha256 implements Digest {
  update(bytes: Uint8Array): void;
  digest(): Uint8Array;
}
