/** How what files hold becomes what a model takes. */
import { refuse } from "../../problems/problem.js";
import type { EdgeTensor } from "../inputs/tensor.js";

/** Said once for all data; reports keep it, since an application has to do the same. */
export interface Preprocessing {
  /** What the least and the greatest value of a file's format become; real numbers have neither. */
  readonly range?: readonly [low: number, high: number];
  /** Subtracted after that: one for all, or one a channel. */
  readonly mean?: readonly number[];
  /** What is divided by at last: one for all, or one a channel. */
  readonly std?: readonly number[];
}

/** Numbers from a file. */
export interface Source {
  /** For messages. */
  readonly path: string;
  readonly values: ArrayLike<number>;
  /** The least and the greatest that the format has, or what else it holds. */
  readonly fullScale: readonly [low: number, high: number] | { readonly holds: string };
}

/** Values of pixels and of sound as `xsnn run` gives them to models. */
export const UNSIGNED = [0, 1] as const;
export const SIGNED = [-1, 1] as const;

/**
 * @param tensor the model input: its last dimension counts the channels
 * @throws Refusal `input-not-finite`, `data-no-full-scale`, `data-channels`
 */
export function preprocess(
  { path, values, fullScale }: Source,
  { shape }: Pick<EdgeTensor, "shape">,
  { range, mean = [0], std = [1] }: Preprocessing,
): Float32Array {
  const [gain, offset] = range ? gainAndOffset(path, fullScale, range) : [1, 0];
  const channels = shape.at(-1) ?? 1;
  requireChannels("--mean", mean, channels);
  requireChannels("--std", std, channels);
  return Float32Array.from(values, (value, i) => {
    if (!Number.isFinite(value)) refuse("input-not-finite", { path, element: i });
    const channel = i % channels;
    return (value * gain + offset - mean[channel % mean.length]) / std[channel % std.length];
  });
}

function gainAndOffset(
  path: string,
  fullScale: Source["fullScale"],
  [low, high]: NonNullable<Preprocessing["range"]>,
): readonly [number, number] {
  if ("holds" in fullScale) return refuse("data-no-full-scale", { path, found: fullScale.holds });
  const [least, greatest] = fullScale;
  const gain = (high - low) / (greatest - least);
  return [gain, low - least * gain];
}

function requireChannels(option: string, values: readonly number[], channels: number): void {
  if (values.length !== 1 && values.length !== channels)
    refuse("data-channels", { option, found: values.length, channels });
}
