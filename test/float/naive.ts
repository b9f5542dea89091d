/** Float operators as their definitions have them: one sum for each output element, over indexes, in float64. */

/** A tensor with its elements by index. */
export interface Indexed {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

/** The element at an index; 0 outside. */
export function at({ shape, values }: Indexed, ...index: readonly number[]): number {
  if (index.some((i, axis) => i < 0 || i >= shape[axis])) return 0;
  return values[index.reduce((sum, i, axis) => sum * shape[axis] + i, 0)];
}

/** A tensor whose elements are a function of their index. */
export function tabulate(shape: readonly number[], element: (...index: number[]) => number): Float32Array {
  const values: number[] = [];
  const visit = (index: readonly number[]): void => {
    if (index.length === shape.length) values.push(element(...index));
    else for (let i = 0; i < shape[index.length]; i++) visit([...index, i]);
  };
  visit([]);
  return Float32Array.from(values);
}

export interface Geometry {
  readonly padding: "SAME" | "VALID";
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight?: number;
  readonly dilationWidth?: number;
}

/** Output size and rows before the input along one axis: SAME puts the odd row of padding at the end. */
function along(same: boolean, size: number, filter: number, stride: number, dilation: number) {
  const reach = (filter - 1) * dilation + 1;
  if (!same) return { output: Math.ceil((size - reach + 1) / stride), before: 0 };
  const output = Math.ceil(size / stride);
  return { output, before: Math.floor(Math.max(0, (output - 1) * stride + reach - size) / 2) };
}

/** The indexes of the input under a window, for each output position. */
export function windows(shape: readonly number[], filter: readonly [number, number], geometry: Geometry) {
  const { padding, strideHeight, strideWidth, dilationHeight = 1, dilationWidth = 1 } = geometry;
  const vertical = along(padding === "SAME", shape[1], filter[0], strideHeight, dilationHeight);
  const horizontal = along(padding === "SAME", shape[2], filter[1], strideWidth, dilationWidth);
  const taps = (y: number, x: number) =>
    [...Array(filter[0] * filter[1]).keys()].map((i) => {
      const [fy, fx] = [Math.floor(i / filter[1]), i % filter[1]];
      return {
        fy,
        fx,
        y: y * strideHeight + fy * dilationHeight - vertical.before,
        xx: x * strideWidth + fx * dilationWidth - horizontal.before,
      };
    });
  return { height: vertical.output, width: horizontal.output, taps };
}

export const sum = (terms: readonly number[]) => terms.reduce((a, b) => a + b, 0);

/** Bounds of TensorFlow Lite's fused activations. */
export function activated(value: number, activation: string): number {
  if (activation === "RELU") return Math.max(0, value);
  if (activation === "RELU6") return Math.min(6, Math.max(0, value));
  return activation === "RELU_N1_TO_1" ? Math.min(1, Math.max(-1, value)) : value;
}
