import { expect, it } from "vitest";
import { Adam } from "../../../codegen/compress/train/adam.js";

it("is algorithm 1 of Kingma & Ba, worked through for three gradients", () => {
  const parameter = { name: "p", shape: [2], values: Float32Array.of(1, -2) };
  const gradients = [
    [0.5, -1],
    [0.25, 3],
    [-1, 0],
  ];
  const adam = new Adam();
  const wanted = [1, -2];
  const [m, v] = [
    [0, 0],
    [0, 0],
  ];
  gradients.forEach((gradient, step) => {
    adam.update(parameter, Float32Array.from(gradient), 0.1);
    for (const i of [0, 1]) {
      m[i] = 0.9 * m[i] + 0.1 * gradient[i];
      v[i] = 0.999 * v[i] + 0.001 * gradient[i] ** 2;
      const [mHat, vHat] = [m[i] / (1 - 0.9 ** (step + 1)), v[i] / (1 - 0.999 ** (step + 1))];
      wanted[i] -= (0.1 * mHat) / Math.sqrt(vHat);
      expect(parameter.values[i]).toBeCloseTo(wanted[i], 4);
    }
  });
  // By hand: the first step is the rate against the gradient's sign, whatever its size.
  const first = { name: "q", shape: [1], values: Float32Array.of(0) };
  new Adam().update(first, Float32Array.of(-0.02), 0.1);
  expect(first.values[0]).toBeCloseTo(0.1, 4);
});

it("goes on to the same bits from what it saves, and forgets when it is told to", () => {
  const update = (adam: Adam, values: Float32Array, gradient: number) =>
    adam.update({ name: "a/count", shape: [1], values }, Float32Array.of(gradient), 0.01);
  const [adam, other] = [new Adam(), new Adam()];
  const values = Float32Array.of(3);
  update(adam, values, 1);
  other.load(adam.save());
  const copy = values.slice();
  update(adam, values, -0.3);
  update(other, copy, -0.3);
  expect(copy).toEqual(values);
  adam.reset();
  expect(adam.save().size).toBe(0);
});
