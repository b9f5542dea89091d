/** The engines, by name. A new one is a file with an `Engine` and its line here. */
import { refuse } from "../codegen/problems/problem.js";
import type { Engine } from "./engine.js";
import { nodeEngine } from "./node-engine.js";
import { lx106Engine, rv32Engine } from "./qemu/qemu-engine.js";
import { xsEngine } from "./xs/xs-engine.js";

export type * from "./engine.js";

export const engines: readonly Engine[] = [nodeEngine, xsEngine, rv32Engine, lx106Engine];

/** @throws Refusal `engine-unknown` */
export function engineByName(name: string): Engine {
  return (
    engines.find((engine) => engine.name === name) ??
    refuse("engine-unknown", { engine: name, known: engines.map((engine) => engine.name) })
  );
}
