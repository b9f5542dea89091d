/** Domain shifts: what a camera that was mounted otherwise, or another kind of paper, makes of the digits. */
import { type Picture, SIDE } from "../support/picture.js";

export interface Shift {
  readonly name: string;
  readonly what: string;
  of(picture: Picture): Picture;
  /** What it is learned with: inverted digits make greater activations, on which 0.02 does not settle. */
  readonly learningRate: number;
}

/** Turned counter-clockwise around the middle, with bilinear interpolation. */
function turned({ pixels, label }: Picture, degrees: number): Picture {
  const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
  const middle = (SIDE - 1) / 2;
  const at = (y: number, x: number) => (y < 0 || x < 0 || y >= SIDE || x >= SIDE ? 0 : pixels[y * SIDE + x]);
  const out = new Uint8Array(pixels.length);
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) {
      const fromX = cos * (x - middle) - sin * (y - middle) + middle;
      const fromY = sin * (x - middle) + cos * (y - middle) + middle;
      const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
      const [right, down] = [fromX - left, fromY - top];
      const upper = at(top, left) * (1 - right) + at(top, left + 1) * right;
      const lower = at(top + 1, left) * (1 - right) + at(top + 1, left + 1) * right;
      out[y * SIDE + x] = Math.round(upper * (1 - down) + lower * down);
    }
  return { pixels: out, label };
}

function inverted({ pixels, label }: Picture): Picture {
  return { pixels: pixels.map((pixel) => 255 - pixel), label };
}

export const SHIFTS: readonly Shift[] = [
  {
    name: "turned 30°",
    what: "all digits turned by 30°",
    of: (picture) => turned(picture, 30),
    learningRate: 0.02,
  },
  {
    name: "turned 45°",
    what: "all digits turned by 45°",
    of: (picture) => turned(picture, 45),
    learningRate: 0.02,
  },
  {
    name: "turned 90°",
    what: "all digits lying on their side",
    of: (picture) => turned(picture, 90),
    learningRate: 0.02,
  },
  { name: "inverted", what: "black digits on white", of: inverted, learningRate: 0.005 },
];
