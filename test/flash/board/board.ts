/** A board at a pseudo-terminal: its chip's ROM loader, the stub, and the application that its flash holds. */
import { SerialLine, type Signals } from "../../../boards/flash/line.js";
import type { ChipModel } from "./chips.js";
import { opName } from "./commands.js";
import { FlashMemory } from "./flash-memory.js";
import { Loader } from "./loader.js";
import { Pty } from "./pty.js";
import { Frames, frame } from "./slip.js";

const ROM_BAUD = 115_200;

/** What a command does in place of what it should: nothing at all, no answer, or noise. */
export type Fault = "hang up" | "silence" | "garbage" | undefined;

export interface BoardOptions {
  readonly chip: ChipModel;
  readonly flashBytes?: number;
  /** What the flash says of itself. */
  readonly flashId?: number;
  readonly securityFlags?: number;
  /** The highest rate at which the board's converter can be understood. */
  readonly highestBaud?: number;
  /** Told of each command before it is run. */
  readonly fault?: (command: string, board: EmulatedBoard) => Fault;
  /** What the application in flash prints when it starts. */
  readonly application?: (flash: Uint8Array) => string;
}

export class EmulatedBoard {
  readonly memory: FlashMemory;
  /** Names of the commands that came in. */
  readonly commands: string[] = [];
  /** Rates that the host changed to. */
  readonly bauds: number[] = [];
  /** How often the application was started. */
  starts = 0;
  #loader: Loader | undefined;
  #frames = new Frames();
  #baud = ROM_BAUD;
  #hostBaud = ROM_BAUD;
  #reset = false;

  private constructor(
    readonly pty: Pty,
    private readonly options: BoardOptions,
  ) {
    this.memory = new FlashMemory(options.flashBytes ?? 4 << 20);
    pty.onBaud = (baud) => {
      this.#hostBaud = baud;
    };
    pty.onData = (bytes) => this.#take(bytes);
  }

  static async open(options: BoardOptions): Promise<EmulatedBoard> {
    return new EmulatedBoard(await Pty.open(), options);
  }

  get runs(): "application" | "ROM" | "stub" {
    return this.#loader === undefined ? "application" : this.#loader.isStub ? "stub" : "ROM";
  }

  /** A line to the board that has control lines, which a pseudo-terminal has not. */
  get line(): SerialLine {
    return new LineWithSignals(this.pty.path, (signals) => this.setSignals(signals));
  }

  /** The circuit of development boards: either line alone pulls down reset or boot, both together neither. */
  setSignals({ dtr, rts }: Signals): void {
    const isReset = rts && !dtr;
    if (this.#reset && !isReset) this.restart(dtr && !rts);
    this.#reset = isReset;
  }

  /** @param isHeld whether the boot button is */
  restart(isHeld: boolean): void {
    this.#baud = ROM_BAUD;
    this.#frames = new Frames();
    if (isHeld) {
      this.#load(false);
      this.pty.write(Buffer.from("ESP-ROM\r\nboot:0x0 (DOWNLOAD)\r\nwaiting for download\r\n"));
    } else {
      this.#loader = undefined;
      this.starts++;
      this.pty.write(Buffer.from(this.options.application?.(this.memory.bytes) ?? ""));
    }
  }

  async close(): Promise<void> {
    await this.pty.hangUp();
  }

  #load(isStub: boolean): void {
    const { chip, flashId = 0x1640ef, securityFlags = 0 } = this.options;
    this.#loader = new Loader(chip, this.memory, isStub, flashId, securityFlags);
  }

  #take(bytes: Buffer): void {
    if (!this.#loader) return; // the application does not listen
    if (this.#hostBaud !== this.#baud || this.#baud > (this.options.highestBaud ?? Infinity)) {
      this.pty.write(Buffer.from(bytes.subarray(0, 8).map((byte) => byte ^ 0x5c)));
      return;
    }
    for (const packet of this.#frames.push(bytes)) this.#run(packet);
  }

  #run(packet: Buffer): void {
    if (packet.length < 8 || !this.#loader) return; // an acknowledgement of READ_FLASH
    const command = opName(packet[1]);
    this.commands.push(command);
    const fault = this.options.fault?.(command, this);
    if (fault === "hang up") this.pty.hangUp();
    else if (fault === "garbage")
      this.pty.write(Buffer.from("\x00\xff\x37\x42 no packet \xdb\x01", "latin1"));
    if (fault) return;
    const { packets, effect } = this.#loader.answer(packet);
    for (const each of packets) this.pty.write(frame(each));
    if (effect === "stub") this.#load(true);
    else if (effect === "restart") this.restart(false);
    else if (effect) {
      this.#baud = effect.baud;
      this.bauds.push(effect.baud);
    }
  }
}

class LineWithSignals extends SerialLine {
  constructor(
    path: string,
    private readonly set: (signals: Signals) => void,
  ) {
    super(path);
  }

  override async setSignals(signals: Signals): Promise<void> {
    this.set(signals);
  }
}
