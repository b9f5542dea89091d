import type { Node } from "../node.js";

/** Σ |w| of each row of the constant int8 matrix that an input is. */
export function absoluteRowSums(node: Node, position: number, role: string): number[] {
  const data = new Int8Array(node.constant(position, role));
  const [rows, width] = node.input(position).shape;
  return Array.from({ length: rows }, (_, row) =>
    data.subarray(row * width, (row + 1) * width).reduce((sum, w) => sum + Math.abs(w), 0),
  );
}
