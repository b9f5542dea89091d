/** A board's serial port, which carries both of its links and the clock. */
import { answerBytes, orders, portHeaderBytes, portKinds } from "./port-protocol.js";

/** The module "uart" of a board. Both wait until all bytes have gone or come. */
export interface Uart {
  write(buffer: ArrayBufferLike, offset: number, length: number): void;
  read(buffer: ArrayBufferLike, offset: number, length: number): void;
}

/** One link's part of the port: a transport as links want it. */
export class PortChannel {
  onBytes: ((bytes: Uint8Array) => void) | undefined;
  writable = 0;
  private readonly port: Port;
  private readonly kind: number;

  constructor(port: Port, kind: number) {
    this.port = port;
    this.kind = kind;
  }

  write(bytes: Uint8Array): void {
    this.writable -= bytes.length;
    this.port.queue(this.kind, bytes);
  }
}

export class Port {
  /** Milliseconds. */
  now = 0;
  readonly up = new PortChannel(this, portKinds.up);
  readonly down = new PortChannel(this, portKinds.down);
  private readonly uart: Uart;
  private readonly header = new Int32Array(portHeaderBytes / 4);
  private readonly answer = new DataView(new ArrayBuffer(answerBytes));
  private readonly payload = new DataView(new ArrayBuffer(12));

  private readonly queued: (() => void)[] = [];
  private arrived: (() => void)[] = [];

  constructor(uart: Uart) {
    this.uart = uart;
  }

  /** Has bytes sent with the next poll: what that takes is not the same each time. */
  queue(kind: number, bytes: Uint8Array): void {
    this.queued.push(() => this.send(kind, bytes));
  }

  send(kind: number, bytes: Uint8Array): void {
    this.header[0] = kind;
    this.header[1] = bytes.length;
    this.uart.write(this.header.buffer, 0, portHeaderBytes);
    this.uart.write(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** The input of a number, if there is one. */
  input(number: number): Uint8Array | undefined {
    this.send(portKinds.input, new Uint8Array(Int32Array.of(number).buffer));
    const { buffer } = this.header;
    this.uart.read(buffer, 0, 4);
    return this.header[0] < 0 ? undefined : this.bytes(this.header[0]);
  }

  output(number: number, bytes: Uint8Array): void {
    this.send(portKinds.output, new Uint8Array(Int32Array.of(number).buffer));
    this.send(portKinds.output, bytes);
  }

  /** Lets time go by, and takes what has come. What the board is to do. */
  poll(instructions: number, isBusy: boolean, isLearning: boolean): number {
    const { uart, answer, header, payload, queued } = this;
    for (let i = 0; i < queued.length; i++) queued[i]();
    queued.length = 0;
    payload.setFloat64(0, instructions, true);
    payload.setInt32(8, (isBusy ? 1 : 0) | (isLearning ? 2 : 0), true);
    this.send(portKinds.poll, new Uint8Array(payload.buffer));
    uart.read(answer.buffer, 0, answerBytes);
    this.now = answer.getFloat64(0, true);
    this.up.writable = answer.getInt32(8, true);
    this.down.writable = answer.getInt32(12, true);
    const order = answer.getInt32(16, true);
    for (let records = answer.getInt32(20, true); records > 0; records--) {
      uart.read(header.buffer, 0, portHeaderBytes);
      const channel = header[0] === portKinds.up ? this.up : this.down;
      const bytes = this.bytes(header[1]);
      if (order === orders.goOn) this.arrived.push(() => channel.onBytes?.(bytes));
    }
    return order;
  }

  /** Hands over what has come: the links' part of the work. */
  deliver(): void {
    const { arrived } = this;
    if (arrived.length === 0) return;
    this.arrived = [];
    for (let i = 0; i < arrived.length; i++) arrived[i]();
  }

  private bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    this.uart.read(bytes.buffer, 0, length);
    return bytes;
  }
}
