/**
 * Joins the boards of a chain. Each has a clock of its own, which goes by the instructions that it has run, and lines join them
 * that take their time: what a board hears it hears when it would. A board waits at each poll until no other can send it anything
 * that arrives before; so what happens does not depend on how fast the engines are.
 */
import type { Socket } from "node:net";
import { answerBytes, orders, portKinds } from "../guest/port-protocol.js";
import { LineEnd, type LineOptions } from "./line.js";
import { type PortRecord, RecordReader, recordOf } from "./records.js";

export interface HubOptions {
  /** Of each board: what an instruction takes; 0 of engines that count none, where every poll takes a millisecond. */
  readonly millisecondsPerInstruction: readonly number[];
  /** From each board to the next. */
  readonly lines: readonly LineOptions[];
  /** What befalls lines follows from it. */
  readonly seed: number;
  /** The messages that the first board takes. */
  readonly inputs: readonly Uint8Array[];
}

/** A message of the last board. */
export interface Output {
  readonly bytes: Uint8Array;
  /** Milliseconds by the last board's clock. */
  readonly milliseconds: number;
}

/** What a board did. */
export interface BoardUse {
  /** Instructions in all: of the network, of the stage and its links, and of polls without anything to do. */
  readonly instructions: number;
  /** Bytes of frames that it wrote to the next board, and to the one before. */
  readonly sentDown: number;
  readonly sentUp: number;
}

/** Milliseconds that a board that has nothing to do waits. */
const IDLE = 5;
/** The shortest frame. */
const LEAST_BYTES = 44;

interface Board {
  readonly index: number;
  readonly up: LineEnd | undefined;
  readonly down: LineEnd | undefined;
  readonly arrived: Buffer[];
  socket: Socket | undefined;
  clock: number;
  instructions: number;
  /** Whether it waits for the answer to a poll, and was not idle. */
  isWaiting: boolean;
  isBusy: boolean;
  /** Whether something is still to be learned from what it has passed on. */
  isLearning: boolean;
}

export class Hub {
  readonly outputs: Output[] = [];
  /** Settles when all outputs are there, or a stage has ended: with why. */
  readonly done: Promise<string | undefined>;
  private readonly options: HubOptions;
  private readonly boards: readonly Board[];
  private readonly lookahead: number;
  private settle!: (failure: string | undefined) => void;
  private isDone = false;
  private pendingOutput: number | undefined;

  constructor(options: HubOptions) {
    this.options = options;
    this.done = new Promise((resolve) => {
      this.settle = resolve;
    });
    const lines = options.lines.map((line, i) => LineEnd.pair(31 * options.seed + i, line));
    this.boards = options.millisecondsPerInstruction.map((_, index): Board => {
      const [up, down] = [lines[index - 1]?.[1], lines[index]?.[0]];
      const board: Board = {
        index,
        up,
        down,
        arrived: [],
        socket: undefined,
        clock: 0,
        instructions: 0,
        isWaiting: false,
        isBusy: false,
        isLearning: false,
      };
      if (up) up.onBytes = (bytes) => board.arrived.push(recordOf(portKinds.up, bytes));
      if (down) down.onBytes = (bytes) => board.arrived.push(recordOf(portKinds.down, bytes));
      return board;
    });
    const times = options.lines.map(({ delay, bytesPerMs }) => delay + LEAST_BYTES / bytesPerMs);
    this.lookahead = Math.min(Number.POSITIVE_INFINITY, ...times);
  }

  /** A board's serial port. */
  connect(index: number, socket: Socket): void {
    const board = this.boards[index];
    board.socket = socket;
    const reader = new RecordReader();
    socket.on("data", (chunk: Buffer) => {
      for (const record of reader.push(chunk)) this.take(board, record);
      this.answerAll();
    });
  }

  uses(): BoardUse[] {
    return this.boards.map(({ instructions, up, down }) => ({
      instructions,
      sentUp: up?.written ?? 0,
      sentDown: down?.written ?? 0,
    }));
  }

  /** Tells all boards to end. */
  stop(): void {
    this.end(undefined);
    this.answerAll();
  }

  private take(board: Board, { kind, bytes }: PortRecord): void {
    switch (kind) {
      case portKinds.up:
        board.up?.write(bytes);
        break;
      case portKinds.down:
        board.down?.write(bytes);
        break;
      case portKinds.input:
        this.giveInput(board, bytes.readInt32LE(0));
        break;
      case portKinds.output:
        this.takeOutput(board, bytes);
        break;
      case portKinds.failed:
        this.end(`board ${board.index + 1}: ${bytes.toString()}`);
        break;
      case portKinds.poll: {
        const instructions = bytes.readDoubleLE(0);
        const each = this.options.millisecondsPerInstruction[board.index];
        board.instructions += instructions;
        const flags = bytes.readInt32LE(8);
        board.isBusy = (flags & 1) !== 0;
        board.isLearning = (flags & 2) !== 0;
        board.clock += each > 0 ? instructions * each : board.isBusy ? 1 : 0;
        board.isWaiting = true;
        this.endIfDone();
      }
    }
  }

  private giveInput({ socket }: Board, number: number): void {
    const bytes = this.options.inputs[number];
    const length = Buffer.alloc(4);
    length.writeInt32LE(bytes?.length ?? -1);
    socket?.write(bytes ? Buffer.concat([length, bytes]) : length);
  }

  /** The number comes first, then the bytes. */
  private takeOutput({ clock }: Board, bytes: Buffer): void {
    if (this.pendingOutput === undefined) {
      this.pendingOutput = bytes.readInt32LE(0);
      return;
    }
    this.outputs[this.pendingOutput] = { bytes: Uint8Array.from(bytes), milliseconds: clock };
    this.pendingOutput = undefined;
    this.endIfDone();
  }

  /** All outputs are there, and all boards have learned from them. */
  private endIfDone(): void {
    const isWhole = this.outputs.length === this.options.inputs.length;
    if (isWhole && !this.boards.some(({ isLearning }) => isLearning)) this.end(undefined);
  }

  private end(failure: string | undefined): void {
    this.isDone = true;
    this.settle(failure);
  }

  /** When a board goes on: what it sends then is later. */
  private wakes({ clock, isWaiting, isBusy, up, down }: Board): number {
    if (!isWaiting || isBusy) return clock;
    const next = Math.min(up?.nextArrival ?? Infinity, down?.nextArrival ?? Infinity);
    return Math.min(clock + IDLE, Math.max(clock, next));
  }

  /** Answers all boards that can hear nothing any more before they go on. */
  private answerAll(): void {
    for (const board of this.boards) {
      if (!board.isWaiting) continue;
      if (this.isDone) this.answer(board, orders.end);
      else {
        const time = this.wakes(board);
        const isFirst = this.boards.every((it) => it === board || time <= this.wakes(it) + this.lookahead);
        if (!isFirst) continue;
        board.clock = time;
        this.answer(board, orders.goOn);
      }
    }
  }

  private answer(board: Board, order: number): void {
    const { clock, up, down, arrived, socket } = board;
    up?.advance(clock);
    down?.advance(clock);
    const head = Buffer.alloc(answerBytes);
    head.writeDoubleLE(clock, 0);
    head.writeInt32LE(up?.writable ?? 0, 8);
    head.writeInt32LE(down?.writable ?? 0, 12);
    head.writeInt32LE(order, 16);
    head.writeInt32LE(arrived.length, 20);
    board.isWaiting = false;
    socket?.write(Buffer.concat([head, ...arrived.splice(0)]));
  }
}
