import { averagePooled } from "../../backend/pool.js";
import { pool } from "../support/pool.js";

export const averagePool2d = pool("AVERAGE_POOL_2D", averagePooled);
