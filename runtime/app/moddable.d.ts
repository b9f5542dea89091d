/** Of Moddable's modules what applications use, for the type check here; the SDK has typings of its own. */

declare function trace(...text: (string | number | boolean)[]): void;

interface ArrayBufferConstructor {
  fromString(text: string): ArrayBuffer;
}

declare module "mc/config" {
  const config: Record<string, unknown>;
  export default config;
}

declare module "embedded:io/serial" {
  export default class Serial {
    constructor(options: {
      transmit: number;
      baud: number;
      port: number;
      format: "buffer";
      onWritable(count: number): void;
    });
    write(bytes: Uint8Array): void;
  }
}
