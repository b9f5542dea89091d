import { maxPooled } from "../../backend/pool.js";
import { pool } from "../support/pool.js";

export const maxPool2d = pool("MAX_POOL_2D", maxPooled);
