import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byteLength, type Graph, type TensorId } from "../../codegen/graph/graph.js";
import type { Op } from "../../codegen/graph/op.js";
import { type ArenaUse, planArena } from "../../codegen/plan/arena.js";

interface Step {
  readonly inputs: readonly TensorId[];
  readonly bytes: number;
  readonly alias: boolean;
  /** Bytes that it needs for itself. */
  readonly own?: number;
}

/** A graph whose operator i makes tensor i + 1 from the tensors named; tensor 0 is the input. */
function graphOf(inputBytes: number, steps: readonly Step[]): { graph: Graph; choices: ArenaUse[] } {
  const sizes = [inputBytes];
  for (const { inputs, bytes, alias } of steps) sizes.push(alias ? sizes[inputs[0]] : bytes);
  const ops = steps.map(
    ({ inputs }, i): Op => ({ kind: "LOGISTIC", name: `${i}`, inputs, outputs: [i + 1], attributes: {} }),
  );
  const graph: Graph = {
    name: "test",
    tensors: sizes.map((size, id) => ({ name: `${id}`, shape: [size], dtype: "int8" })),
    ops,
    inputs: [0],
    outputs: [sizes.length - 1],
    variables: [{ name: "state", shape: [5], dtype: "int8", initial: new Uint8Array(5) }],
  };
  const choices = steps.map(({ alias, own = 0 }, i) => ({
    ops: [i],
    lowering: { form: alias ? "alias" : "kernel", ...(own > 0 && !alias && { scratchBytes: own }) },
    outputs: [i + 1],
  }));
  return { graph, choices };
}

const steps = fc
  .array(
    fc.record({
      picks: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
      bytes: fc.integer({ min: 1, max: 99 }),
      alias: fc.boolean(),
      own: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 99 })),
    }),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map((raw) =>
    raw.map(({ picks, ...rest }, i): Step => ({ inputs: picks.map((pick) => pick % (i + 1)), ...rest })),
  );

describe("planArena", () => {
  it("never lets a tensor overwrite another that is still needed, nor what a layer has for itself", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99 }), steps, (inputBytes, list) => {
        const { graph, choices } = graphOf(inputBytes, list);
        const arena = planArena(graph, choices);
        // Runs the plan with a token for each byte's owner: every read must find what its writer left.
        const owners = new Array<TensorId | "state" | undefined>(arena.bytes);
        const write = (id: TensorId, owner: TensorId) => {
          const offset = arena.tensors.get(id)!;
          owners.fill(owner, offset, offset + byteLength(graph.tensors[id]));
        };
        const owner: TensorId[] = [0];
        const expectIntact = (id: TensorId) => {
          const offset = arena.tensors.get(id)!;
          expect(offset % 4).toBe(0);
          const found = owners.slice(offset, offset + byteLength(graph.tensors[id]));
          expect(found.every((it) => it === owner[id])).toBe(true);
        };
        owners.fill("state", arena.variables[0], arena.variables[0] + 5);
        write(0, 0);
        for (const [i, { inputs, alias, own }] of list.entries()) {
          for (const id of inputs) expectIntact(id);
          owner.push(alias ? owner[inputs[0]] : i + 1);
          const scratch = arena.scratch.get(i);
          expect(scratch?.bytes ?? 0).toBe(alias ? 0 : own);
          if (scratch) owners.fill(undefined, scratch.offset, scratch.offset + scratch.bytes);
          if (!alias) write(i + 1, i + 1);
          if (scratch)
            expect(owners.slice(scratch.offset, scratch.offset + scratch.bytes).every((it) => !it)).toBe(
              true,
            );
          for (const id of inputs) expectIntact(id); // an output never lies on an input of the same operator
        }
        expectIntact(graph.outputs[0]);
        expect(owners.slice(arena.variables[0], arena.variables[0] + 5)).toEqual(Array(5).fill("state"));
      }),
      { seed: 7, numRuns: 2000 },
    );
  });

  it("shares memory: a chain needs its two largest neighbours", () => {
    const chain = [40, 80, 20, 60].map((bytes, i): Step => ({ inputs: [i], bytes, alias: false }));
    const { graph, choices } = graphOf(16, chain);
    expect(planArena(graph, choices).bytes).toBe(40 + 80 + 8);
  });

  it("gives an alias the memory of what it stands for", () => {
    const { graph, choices } = graphOf(16, [
      { inputs: [0], bytes: 32, alias: false },
      { inputs: [1], bytes: 0, alias: true },
      { inputs: [2], bytes: 4, alias: false },
    ]);
    const { tensors } = planArena(graph, choices);
    expect(tensors.get(2)).toBe(tensors.get(1));
  });
});
