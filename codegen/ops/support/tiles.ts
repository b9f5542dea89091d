/** How a layer is cut into steps. */

/** Inner-loop iterations that a step should not much exceed: some 10 million instructions under XS. */
const STEP_WORK = 8192;

/** Units (rows, outputs, …) of one tile, and how many tiles they make. */
export interface Tiles {
  readonly perTile: number;
  readonly tiles: number;
  /** Inner-loop iterations of one full tile. */
  readonly work: number;
}

/** Cuts `units` pieces of `workPerUnit` iterations each into steps of about STEP_WORK, at least one unit a step. */
export function cut(units: number, workPerUnit: number): Tiles {
  const perTile = Math.min(units, Math.max(1, Math.floor(STEP_WORK / workPerUnit)));
  return { perTile, tiles: Math.ceil(units / perTile), work: perTile * workPerUnit };
}
