import { Digest } from "crypt";

/** SHA-256 in C, for a model store. */
export class HostSha256 {
  constructor() {
    this.sha256 = new Digest("SHA256");
  }

  update(bytes) {
    this.sha256.write(bytes);
  }

  digest() {
    return new Uint8Array(this.sha256.close());
  }
}
