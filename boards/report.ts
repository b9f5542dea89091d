import type { HeapCounters, Report, VectorReport } from "./engine.js";
import type { Frame } from "./frames.js";
import { frameKinds, type MachineCounter, machineCounters } from "./guest/protocol.js";

/** Puts a report together, frame by frame. */
export class ReportBuilder {
  private readonly vectors: VectorReport[] = [];
  private steps: Uint8Array[] = [];
  private outputs: Buffer[] = [];
  private trace = new Map<number, Uint8Array>();
  private loaded: readonly number[] = [];
  private counted: readonly number[] = [];
  private isDone = false;

  /** @param stepsOf the number of steps of each vector */
  constructor(private readonly stepsOf: readonly number[]) {
    this.skipEmptyVectors();
  }

  /** How many vectors are complete. */
  get completed(): number {
    return this.vectors.length;
  }

  add({ kind, id, payload }: Frame): void {
    if (kind === frameKinds.output) this.outputs[id] = payload;
    else if (kind === frameKinds.trace) this.trace.set(id, Uint8Array.from(payload));
    else if (kind === frameKinds.step) this.endStep();
    else if (kind === frameKinds.loaded) this.loaded = int32(payload);
    else if (kind === frameKinds.counters) this.counted = int32(payload);
    else if (kind === frameKinds.done) this.isDone = true;
  }

  /** The report, or nothing where the job is not done. */
  finish(): Report | undefined {
    if (!this.isDone || this.vectors.length !== this.stepsOf.length) return undefined;
    const heap = this.heap();
    return { vectors: this.vectors, counters: heap ? { heap } : {} };
  }

  private endStep(): void {
    this.steps.push(Uint8Array.from(Buffer.concat(this.outputs)));
    this.outputs = [];
    if (this.steps.length === this.stepsOf[this.vectors.length]) this.endVector();
    this.skipEmptyVectors();
  }

  private endVector(): void {
    this.vectors.push({ outputs: this.steps, trace: this.trace });
    this.steps = [];
    this.trace = new Map();
  }

  private skipEmptyVectors(): void {
    while (this.stepsOf[this.vectors.length] === 0) this.endVector();
  }

  private heap(): HeapCounters | undefined {
    if (this.counted.length === 0) return undefined;
    const counted = Object.fromEntries(machineCounters.map((name, i) => [name, this.counted[i]]));
    const [loadedChunkBytes, loadedSlots] = this.loaded;
    return { ...(counted as Record<MachineCounter, number>), loadedChunkBytes, loadedSlots };
  }
}

function int32(payload: Buffer): number[] {
  return Array.from({ length: payload.length / 4 }, (_, i) => payload.readInt32LE(4 * i));
}
