/** A serial port while it is open, with its failures in the project's words. */
import { SerialPort } from "serialport";
import { refuse } from "../../codegen/problems/problem.js";

/** The two control lines that reset a board: true is asserted, which is low at the chip. */
export interface Signals {
  /** Beside RTS: the chip's boot pin. */
  readonly dtr: boolean;
  /** Beside DTR: the chip's reset pin. */
  readonly rts: boolean;
}

/** How long the system may take to accept what is written, whatever its length. */
const WRITE_MS = 10_000;

/**
 * How often to look whether the port is still there. Linux lets a program read nothing, without end and without an error, from
 * a port that was unplugged, and so that is all the binding does.
 */
const WATCH_MS = 250;

export class SerialLine {
  /** Whether the port went away while it was open. */
  lost = false;
  /** Whether the port has control lines; a pseudo-terminal has none. Known once they were first set. */
  hasSignals = true;
  /** Told of what comes in. */
  onData: (bytes: Uint8Array) => void = () => {};
  /** Told when the port goes away. */
  onLost: () => void = () => {};
  #port: SerialPort | undefined;
  /** Rejects when the port goes away. */
  #gone: Promise<never> | undefined;
  #lose: () => void = () => {};
  #watch: NodeJS.Timeout | undefined;

  constructor(readonly path: string) {}

  /** @throws Refusal `port-missing`, `port-denied`, `port-busy` or `port-failed` */
  async open(baudRate: number): Promise<void> {
    const { path } = this;
    this.lost = false;
    const port = new SerialPort({ path, baudRate, autoOpen: false });
    port.on("data", (bytes: Buffer) => this.onData(bytes));
    port.on("error", () => {}); // it ends in "close", or in the call that failed
    this.#gone = new Promise((_, reject) => {
      this.#lose = () => {
        if (this.#port !== port) return; // closed by this program
        this.lost = true;
        reject(new Error("the port is gone"));
        this.close();
        this.onLost();
      };
    });
    this.#gone.catch(() => {});
    port.on("close", () => this.#lose());
    await settled((done) => port.open(done)).catch((error: Error) => refusePort(path, error.message));
    this.#port = port;
    this.#watch = setInterval(() => port.get((error) => error && isGone(error) && this.#lose()), WATCH_MS);
  }

  /** Resolves once the system has taken it. */
  async write(bytes: Uint8Array): Promise<void> {
    const port = this.#opened();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error("nothing more can be sent")), WRITE_MS);
    });
    try {
      // What is written when the port goes away is never answered for.
      await Promise.race([settled((done) => port.write(bytes, done)), this.#gone, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Sets both control lines, where the port has them. */
  async setSignals(signals: Signals): Promise<void> {
    const port = this.#opened();
    await settled((done) => port.set(signals, done)).catch((error: Error) => {
      if (!/inappropriate ioctl|invalid argument|not supported/i.test(error.message)) throw error;
      this.hasSignals = false;
    });
  }

  async setBaudRate(baudRate: number): Promise<void> {
    const port = this.#opened();
    await settled((done) => port.update({ baudRate }, done)).catch((error: Error) =>
      refusePort(this.path, error.message),
    );
  }

  async close(): Promise<void> {
    const port = this.#port;
    this.#port = undefined;
    clearInterval(this.#watch);
    if (port?.isOpen) await settled((done) => port.close(done)).catch(() => {});
  }

  #opened(): SerialPort {
    if (this.#port) return this.#port;
    throw new Error("the port is not open");
  }
}

type Done = (error: Error | null | undefined) => void;

function settled(work: (done: Done) => void): Promise<void> {
  return new Promise((resolve, reject) => work((error) => (error ? reject(error) : resolve())));
}

/** Whether it is an error of a port that went away, not of one that has no control lines. */
function isGone({ message }: Error): boolean {
  return /input\/output error|bad file descriptor|no such device|not open/i.test(message);
}

/** The binding tells its errors in words of the system only. */
function refusePort(path: string, said: string): never {
  if (/permission denied/i.test(said)) refuse("port-denied", { path });
  if (/cannot lock|access denied|busy/i.test(said)) refuse("port-busy", { path });
  if (/no such file|file not found|no such device/i.test(said)) refuse("port-missing", { path });
  return refuse("port-failed", { path, said: said.replace(/^Error:? /, "") });
}
