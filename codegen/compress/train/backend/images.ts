/** NHWC images with zeros around and between their pixels. */
import * as tf from "@tensorflow/tfjs-core";

type Paddings = [before: number, after: number][];

/** Images with rows and columns of zeros before them, or without so many where negative, filled or cut to a size. */
export function fitted(
  x: tf.Tensor,
  [top, left]: readonly [number, number],
  [height, width]: readonly [number, number],
): tf.Tensor {
  const [images, rows, columns, channels] = x.shape;
  const larger = padded(x, [
    [0, 0],
    [Math.max(0, top), Math.max(0, height - top - rows)],
    [Math.max(0, left), Math.max(0, width - left - columns)],
    [0, 0],
  ]);
  if (larger.shape[1] === height && larger.shape[2] === width) return larger;
  return tf.slice(larger, [0, Math.max(0, -top), Math.max(0, -left), 0], [images, height, width, channels]);
}

/** Images with their rows and columns so far apart. */
export function dilated(x: tf.Tensor, down: number, across: number): tf.Tensor {
  const [images, rows, columns, channels] = x.shape;
  const apart = padded(tf.reshape(x, [images, rows, 1, columns, 1, channels]), [
    [0, 0],
    [0, 0],
    [0, down - 1],
    [0, 0],
    [0, across - 1],
    [0, 0],
  ]);
  return tf.reshape(apart, [images, rows * down, columns * across, channels]);
}

/** Padded with zeros, if there are any: pads by nothing are copies. */
function padded(x: tf.Tensor, paddings: Paddings): tf.Tensor {
  return paddings.flat().some((padding) => padding > 0) ? tf.pad(x, paddings) : x;
}
