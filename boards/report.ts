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
  private layers: LayerCounters[] = [];
  private readonly parameters: Int32Array[] = [];
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
    else if (kind === frameKinds.tile && payload.length > 0) this.addTile(id, payload);
    else if (kind === frameKinds.loss) this.addLoss(payload.readInt32LE(0));
    else if (kind === frameKinds.parameters) this.parameters[id] = Int32Array.from(int32(payload));
    else if (kind === frameKinds.done) this.isDone = true;
  }

  /** The report, or nothing where the job is not done. */
  finish(): Report | undefined {
    if (!this.isDone || this.vectors.length !== this.stepsOf.length) return undefined;
    const { vectors, parameters } = this;
    const learned = parameters.length > 0 ? { parameters } : {};
    return { vectors, ...learned, counters: { ...this.instructions(), ...this.memory() } };
  }

  private endStep(): void {
    this.steps.push(Uint8Array.from(Buffer.concat(this.outputs)));
    this.outputs = [];
    if (this.steps.length === this.stepsOf[this.vectors.length]) this.endVector();
    this.skipEmptyVectors();
  }

  private endVector(): void {
    const { steps: outputs, trace, layers } = this;
    this.vectors.push({ outputs, trace, ...(layers.length > 0 && { layers }) });
    this.steps = [];
    this.trace = new Map();
    this.layers = [];
  }

  private addTile(layer: number, payload: Buffer): void {
    const [instructions, inCollections] = [payload.readDoubleLE(0), payload.readDoubleLE(8)];
    addCounts(this.layers, layer, { instructions, inCollections, longestStep: instructions });
  }

  /** Comes when its vector is complete, and what it took was counted already. */
  private addLoss(loss: number): void {
    const last = this.vectors.length - 1;
    const { layers: before = [], ...vector } = this.vectors[last];
    const layers = [...before];
    for (const [layer, counts] of this.layers.entries()) if (counts) layers[layer] = counts;
    this.layers = [];
    this.vectors[last] = { ...vector, loss, ...(layers.length > 0 && { layers }) };
  }

  private skipEmptyVectors(): void {
    while (this.stepsOf[this.vectors.length] === 0) this.endVector();
  }

  private instructions(): Counters {
    const all: LayerCounters[] = [];
    for (const { layers = [] } of this.vectors)
      for (const [layer, counts] of layers.entries()) addCounts(all, layer, counts);
    if (all.length === 0) return {};
    const sum = (part: keyof LayerCounters) => all.reduce((total, layer) => total + layer[part], 0);
    return { instructions: sum("instructions"), inCollections: sum("inCollections"), layers: all };
  }

  private memory(): Counters {
    if (this.counted.length === 0) return {};
    const counted = Object.fromEntries(machineCounters.map((name, i) => [name, this.counted[i]]));
    const { frozenChunkBytes, frozenSlots, modelChunkBytes, modelSlots, modelCodeBytes, ...heap } =
      counted as Record<MachineCounter, number>;
    const [loadedChunkBytes, loadedSlots] = this.loaded;
    const modelFrozenBytes = modelSlots * heap.slotBytes + modelChunkBytes;
    const flash = this.flash && {
      bytecodeBytes: this.flash.nameBytes + modelCodeBytes,
      constantBytes: this.flash.constantBytes,
      frozenChunkBytes,
      frozenSlots,
      modelFrozenBytes,
    };
    return { heap: { ...heap, loadedChunkBytes, loadedSlots }, ...(flash && { flash }) };
  }
}

function addCounts(layers: LayerCounters[], layer: number, counts: LayerCounters): void {
  const before = layers[layer];
  layers[layer] = before
    ? {
        instructions: before.instructions + counts.instructions,
        inCollections: before.inCollections + counts.inCollections,
        longestStep: Math.max(before.longestStep, counts.longestStep),
      }
    : counts;
}

function int32(payload: Buffer): number[] {
  return Array.from({ length: payload.length / 4 }, (_, i) => payload.readInt32LE(4 * i));
}
