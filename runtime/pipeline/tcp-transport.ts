import { type Stream, type StreamCallbacks, StreamTransport } from "./stream-transport.js";

/**
 * A line over a TCP connection of ECMA-419. A connection that is lost is made again when there is something to send; who waits
 * for connections makes a transport of each: `{ from: listener.read() }`.
 *
 * @param TCP `device.io.TCP`, or what `embedded:io/socket/tcp` exports
 * @param options of the connection: `address` and `port`, or `from`
 * @param queueBytes that wait to be sent at most: no less than a frame
 */
export class TcpTransport<Options extends object> extends StreamTransport {
  constructor(
    TCP: new (options: Options & StreamCallbacks) => Stream,
    options: Options,
    queueBytes?: number,
  ) {
    super((callbacks) => new TCP({ ...options, ...callbacks }), queueBytes);
  }
}
