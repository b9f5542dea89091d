import { pool } from "../support/pool.js";

export const maxPool2d = pool("MAX_POOL_2D", {
  start: Number.NEGATIVE_INFINITY,
  add: (most, value) => (value > most ? value : most),
  finish: (most) => most,
});
