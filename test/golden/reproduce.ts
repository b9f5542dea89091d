/** Runs a golden model's vectors on an engine and compares outputs and intermediate tensors. */
import { crc32 } from "node:zlib";
import { expect } from "vitest";
import type { Counters, Engine, Machine } from "../../boards/engine.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { type Compiled, compile } from "../../codegen/compile.js";
import type { Report } from "../../codegen/emit/report.js";
import { importModel } from "../../codegen/import/import-model.js";
import type { PlanOptions } from "../../codegen/plan/options.js";
import { goldenModel } from "./golden.js";

const sources = await runtimeSources();

/** Variables are traced under ids from here on, at the end of a run. */
const VARIABLE = 1_000_000;
const END = VARIABLE;

/** Tensors that the compiled model does not have in its arena: id to why. */
export type Absent = ReadonlyMap<number, string>;

export interface Reproduction {
  readonly compiled: Compiled;
  readonly vectors: number;
  readonly absent: Absent;
  readonly counters: Counters;
}

interface Options {
  /** How many of the model's vectors; all if not given. */
  readonly count?: number;
  /** By what the plan says of it. */
  readonly machineFor?: (plan: Report) => Machine;
  /** Whether to compile so that every tensor can be compared, instead of those that lie in the arena anyway. */
  readonly observable?: boolean;
  readonly optimize?: PlanOptions["optimize"];
  /** What the board has, if the plan is for one. */
  readonly limits?: Pick<PlanOptions, "chunkBytes" | "flashBytes">;
}

export async function reproduce(
  engine: Engine,
  name: string,
  { count, machineFor, observable = false, optimize = "speed", limits = {} }: Options = {},
): Promise<Reproduction> {
  const golden = goldenModel(name, count);
  const compiled = compile(golden.model, `${name}.tflite`, sources, { observable, optimize, ...limits });
  const plan: Report = JSON.parse(new TextDecoder().decode(compiled.artifact.get("plan.json")));
  const report = await engine.run({
    artifact: compiled.artifact,
    module: compiled.module,
    vectors: golden.vectors.map(({ steps }) => steps),
    trace: [
      ...plan.tensors.map(({ id, layer, offset, bytes }) => ({ id, layer, offset, length: bytes })),
      ...plan.variables.map(({ offset, length }, i) => ({ id: VARIABLE + i, layer: END, offset, length })),
    ],
    ...(machineFor && { machine: machineFor(plan) }),
  });
  const absent = new Map<number, string>();
  for (const [i, vector] of golden.vectors.entries()) {
    const { outputs, trace } = report.vectors[i];
    const found = new Map<number, string>();
    for (const id of vector.crc32.keys()) {
      const { variable } = compiled.graph.tensors[id];
      const bytes =
        trace.get(variable === undefined ? id : VARIABLE + variable) ??
        compileTime(compiled, golden.model, id, absent);
      if (bytes) found.set(id, hex(bytes));
      else if (!observable) absent.set(id, "inside a layer, or in planes");
    }
    const expected = [...vector.crc32].filter(([id]) => observable || found.has(id));
    expect(Object.fromEntries(found), `${name}, vector ${vector.k}: tensors`).toEqual(
      Object.fromEntries(expected),
    );
    for (const [i, assigned] of assignments(compiled))
      expect(hex(trace.get(VARIABLE + i)!), `variable ${i}`).toBe(vector.crc32.get(assigned));
    expect(Buffer.concat(outputs).equals(vector.output), `${name}, vector ${vector.k}: output`).toBe(true);
  }
  return { compiled, vectors: golden.vectors.length, absent, counters: report.counters };
}

/** The bytes of a tensor that is known at compile time: a variable's handle, or what constants were folded to. */
function compileTime(
  { graph }: Compiled,
  model: Uint8Array,
  id: number,
  absent: Map<number, string>,
): Uint8Array | undefined {
  const { dtype, data } = graph.tensors[id];
  if (dtype === "resource") {
    absent.set(id, "handle");
    return handle(model, id);
  }
  if (data) absent.set(id, "folded");
  return data;
}

/** Variable by variable, the tensor that a run leaves in it. */
function assignments({ graph }: Compiled): (readonly [variable: number, tensor: number])[] {
  return graph.ops.flatMap((op) =>
    op.kind === "ASSIGN_VARIABLE" ? [[op.attributes.variable, op.inputs[1]!] as const] : [],
  );
}

/** A handle is the index of its variable, in the order in which the model names them. */
function handle(model: Uint8Array, id: number): Uint8Array {
  const producer = importModel(model, "model.tflite").ops.find(({ outputs }) => outputs.includes(id));
  if (producer?.kind !== "VAR_HANDLE") throw new Error(`tensor ${id} is no handle`);
  return new Uint8Array(Int32Array.of(producer.attributes.variable).buffer);
}

function hex(bytes: Uint8Array): string {
  return crc32(bytes).toString(16).padStart(8, "0");
}
