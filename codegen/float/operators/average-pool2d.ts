import { pool } from "../support/pool.js";

export const averagePool2d = pool("AVERAGE_POOL_2D", {
  start: 0,
  add: (sum, value) => sum + value,
  finish: (sum, count) => sum / count,
});
