/**
 * DEPTHWISE_CONV_2D with lanes over channels, at few positions. Each lane has weights of its own, so products are made bit by
 * bit: the lanes whose weight has a bit are selected by a mask and added up.
 */
import * as cost from "../../cost/bigint.js";
import { moduleBytes } from "../../cost/flash.js";
import * as garbage from "../../cost/garbage.js";
import { interpreter } from "../../cost/interpreter.js";
import type { Node } from "../../ops/node.js";
import { type GeneratedLowering, tensor } from "../../ops/operator.js";
import { isWide } from "../../ops/support/activations.js";
import { type Convolution, convolutionOf } from "../convolution.js";
import { frameSlots } from "../frame.js";
import { Program, type Vector } from "../planes/program.js";
import type { Kernel } from "./assemble.js";
import { type Call, type Inside, type Output, stepsOf } from "./depthwise-steps.js";
import { doubled, hasRoomFor, sumOfTaps } from "./depthwise-sums.js";
import { type Fit, fitBlock } from "./fit.js";
import type { Channel } from "./layer.js";
import { type Layout, layoutOf, places, vector } from "./layout.js";
import { packed } from "./pack.js";
import { Requantizer } from "./requantization.js";
import { Requantizations } from "./requantizations.js";
import { spread } from "./spread.js";
import { ENTRY } from "./sums.js";

/** Bits of lanes, narrowest first: whole bytes, so that these are easily brought there. */
const LANE_BITS = [24, 32];

/** Slots of the stack: frames and the deepest expression. */
const FRAMES = 40;

/** Vectors that live at once beside the inputs of a step. */
const LIVE_VECTORS = 13;

/**
 * The kernel of a DEPTHWISE_CONV_2D, as checked by its operator.
 *
 * @returns undefined where it does not suit: several outputs a channel, channels that are no whole words, several images; or
 * is not provably exact
 */
export function depthwiseColumns(node: Node): GeneratedLowering | undefined {
  if (node.op.kind !== "DEPTHWISE_CONV_2D" || node.input(0).shape[0] !== 1 || isWide(node)) return undefined;
  const convolution = convolutionOf(node);
  const { inputDepth, outputDepth } = convolution;
  if (inputDepth !== outputDepth || outputDepth % 4 !== 0) return undefined;
  const channels = channelsOf(convolution);
  const requantizations = Requantizations.of({
    element: 8,
    channels,
    inputZeroPoint: convolution.inputZeroPoint,
  });
  for (const bits of LANE_BITS) {
    const layout = layoutOf(outputDepth, bits, 1);
    const fit = hasRoomFor(layout, channels) && fitBlock(requantizations, layout, false);
    if (!fit) continue;
    return {
      form: "generated",
      ...new Writer(convolution, channels, layout, fit).write(),
      parameters: { inputs: [tensor(node.inputId(0))], outputs: [tensor(node.outputId())], constants: [] },
    };
  }
  return undefined;
}

function channelsOf({ filters }: Convolution): Channel[] {
  return filters.map(({ taps, bias, requantization }) => ({
    weights: Int8Array.from(taps, ({ weight }) => weight),
    bias,
    requantization,
  }));
}

class Writer {
  readonly #program = new Program();
  readonly #convolution: Convolution;
  readonly #channels: readonly Channel[];
  readonly #layout: Layout;
  readonly #fit: Fit;

  constructor(convolution: Convolution, channels: readonly Channel[], layout: Layout, fit: Fit) {
    this.#convolution = convolution;
    this.#channels = channels;
    this.#layout = layout;
    this.#fit = fit;
  }

  write(): Kernel {
    const load = this.#load();
    const finish = this.#finish();
    const steps = stepsOf(this.#outputs(), load, finish, this.#channels.length);
    const text = `${this.#program.declarations()}

${steps.map((it) => it.text).join("\n\n")}

const STEPS = Object.freeze([${steps.map((_, i) => `step${i}`).join(", ")}]);

export function kernel(memory: Memory, layer: PlacedLayer, tile: number): void {
  STEPS[tile](memory, layer.inputs[0], layer.outputs[0]);
}
`;
    const inputs = Math.max(...steps.map((it) => it.inputs));
    const vectorBytes = (this.#layout.stride * places(this.#layout)) / 8;
    return {
      source: {
        imports: new Map([
          ["lanes", ["fromBytes", "toWords"]],
          ["layer", ["type Memory", "type PlacedLayer"]],
        ]),
        text,
      },
      tiles: steps.length,
      cost: {
        instructions: Math.round(steps.reduce((sum, it) => sum + it.instructions, 0)),
        longestStep: Math.round(Math.max(...steps.map((it) => it.instructions))),
        garbageBytes: steps.reduce((sum, it) => sum + it.garbageBytes, 0),
        transientBytes: Math.round((LIVE_VECTORS + inputs) * vectorBytes),
        flashBytes: moduleBytes(text),
        stackSlots: FRAMES + Math.max(...steps.map((it) => it.stackSlots)),
      },
    };
  }

  /** Positions whose taps are inside alike share the function that adds them up. */
  #outputs(): Output[] {
    const sums = new Map<string, Call>();
    return Array.from({ length: this.#convolution.positions }, (_, position) => {
      const inside = this.#inside(position);
      const taps = inside.map(({ tap }) => tap);
      const sum = sums.get(taps.join()) ?? this.#sum(taps);
      sums.set(taps.join(), sum);
      return { inside, sum };
    });
  }

  /** The taps of an output position that lie inside the input. */
  #inside(position: number): Inside[] {
    const it = this.#convolution;
    const [y, x] = [Math.floor(position / it.outputWidth), position % it.outputWidth];
    const found: Inside[] = [];
    for (let tap = 0; tap < it.filterHeight * it.filterWidth; tap++) {
      const [ky, kx] = [Math.floor(tap / it.filterWidth), tap % it.filterWidth];
      const row = y * it.strideHeight - it.padTop + ky * it.dilationHeight;
      const column = x * it.strideWidth - it.padLeft + kx * it.dilationWidth;
      if (row >= 0 && row < it.inputHeight && column >= 0 && column < it.inputWidth)
        found.push({ tap, position: row * it.inputWidth + column });
    }
    return found;
  }

  /** Reads what taps are multiplied with. */
  #load(): Call {
    return this.#function("load", ["int8: Int8Array", "at: number"], "bigint", (statements) => {
      const lanes = this.#program.assign(
        "const x",
        spread(this.#program, this.#layout, statements),
        statements,
      );
      return doubled(this.#program, this.#layout, { ...lanes, text: "x" });
    });
  }

  #sum(taps: readonly number[]): Call {
    const parameters = taps.map((tap) => `x${tap}: bigint`);
    const beyond = 128 + this.#convolution.inputZeroPoint;
    const start = vector(this.#layout, (o) => {
      const { weights, bias } = this.#channels[o];
      return taps.reduce((sum, tap) => sum - weights[tap] * beyond, bias + this.#fit.offsets[o]);
    });
    return this.#function("sum", parameters, "bigint", (statements) =>
      sumOfTaps(this.#program, this.#layout, this.#channels, taps, start, statements),
    );
  }

  /** Requantizes sums and writes them. */
  #finish(): Call {
    const parameters = ["memory: Memory", "acc: bigint", "to: number"];
    return this.#function("finish", parameters, "void", (statements) => {
      const [{ requantization }] = this.#channels;
      const requantizer = new Requantizer(this.#program, "", this.#layout, this.#fit);
      const sums = { text: "acc", bits: this.#layout.stride * places(this.#layout) };
      const outputs = requantizer.outputs([sums], requantization);
      statements.push(...requantizer.statements);
      const bytes = packed(this.#program, "", statements, this.#layout, outputs, requantization.min);
      const words = this.#channels.length / 4;
      statements.push(`memory.int32.set(toWords(${bytes.text}, ${words}), to >> 2);`);
      const set = interpreter.set + interpreter.setByte * words;
      this.#program.spend(cost.toBytes(words) + set, garbage.toBytes(words));
      return undefined;
    });
  }

  /** @param write writes its statements, and says what it returns */
  #function(
    name: string,
    parameters: readonly string[],
    type: string,
    write: (statements: string[]) => Vector | undefined,
  ): Call {
    const program = this.#program;
    const { instructions, garbageBytes } = program;
    const lines: string[] = [];
    const result = write(lines);
    if (result) lines.push(`return ${result.text};`);
    const text = lines.map((line) => `  ${line}\n`).join("");
    const whole = `(${parameters.join(", ")}): ${type} {\n${text}}`;
    const constants = new Set(text.match(/\b(n\d+|[A-Z]\w*)\b/g));
    program.spend(interpreter.call + parameters.length * interpreter.argument + cost.statement());
    program.spend(ENTRY * constants.size);
    return {
      name: program.function(name, whole),
      instructions: program.instructions - instructions,
      garbageBytes: program.garbageBytes - garbageBytes,
      stackSlots: parameters.length + frameSlots(whole),
    };
  }
}
