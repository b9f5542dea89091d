import { type Stream, type StreamCallbacks, StreamTransport } from "./stream-transport.js";

/**
 * A line over a serial port of ECMA-419.
 *
 * @param Serial `device.io.Serial`, or what `embedded:io/serial` exports
 * @param options of the port: `receive`, `transmit`, `port`, `baud` and what else it takes
 * @param queueBytes that wait to be sent at most: no less than a frame
 */
export class SerialTransport<Options extends object> extends StreamTransport {
  constructor(
    Serial: new (options: Options & Omit<StreamCallbacks, "onError">) => Stream,
    options: Options,
    queueBytes?: number,
  ) {
    super(
      ({ format, onReadable, onWritable }) => new Serial({ ...options, format, onReadable, onWritable }),
      queueBytes,
    );
  }
}
