import type { Counters, FlashBytes, LayerCounters, Report, VectorReport } from "./engine.js";
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
  private layers: readonly LayerCounters[] | undefined;
  private isDone = false;

  /**
   * @param stepsOf the number of steps of each vector
   * @param flash what the engine put in flash, if it has any
   */
  constructor(
    private readonly stepsOf: readonly number[],
    private readonly flash?: FlashBytes,
  ) {
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
    else if (kind === frameKinds.layers) this.layers = layersOf(payload);
    else if (kind === frameKinds.done) this.isDone = true;
  }

  /** The report, or nothing where the job is not done. */
  finish(): Report | undefined {
    if (!this.isDone || this.vectors.length !== this.stepsOf.length) return undefined;
    return { vectors: this.vectors, counters: { ...this.instructions(), ...this.memory() } };
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

  private instructions(): Counters {
    if (!this.layers) return {};
    const sum = (part: keyof LayerCounters) => this.layers!.reduce((total, layer) => total + layer[part], 0);
    return { instructions: sum("instructions"), inCollections: sum("inCollections"), layers: this.layers };
  }

  private memory(): Counters {
    if (this.counted.length === 0) return {};
    const counted = Object.fromEntries(machineCounters.map((name, i) => [name, this.counted[i]]));
    const { frozenChunkBytes, frozenSlots, ...heap } = counted as Record<MachineCounter, number>;
    const [loadedChunkBytes, loadedSlots] = this.loaded;
    return {
      heap: { ...heap, loadedChunkBytes, loadedSlots },
      ...(this.flash && { flash: { ...this.flash, frozenChunkBytes, frozenSlots } }),
    };
  }
}

function layersOf(payload: Buffer): LayerCounters[] {
  return Array.from({ length: payload.length / 16 }, (_, i) => ({
    instructions: payload.readDoubleLE(16 * i),
    inCollections: payload.readDoubleLE(16 * i + 8),
  }));
}

function int32(payload: Buffer): number[] {
  return Array.from({ length: payload.length / 4 }, (_, i) => payload.readInt32LE(4 * i));
}
