/** What training on the device costs, for people. */
import { thousands } from "../../emit/text.js";
import type { Plan } from "../../plan/plan.js";
import { trainingFigures } from "../../training/figures.js";
import { table } from "../table.js";

/** A table of what is trained and what that takes; nothing where nothing is. */
export async function trainingText(plan: Plan): Promise<string> {
  const found = trainingFigures(plan);
  if (!found) return "";
  const right = (title: string) => ({ title, align: "right" }) as const;
  const rows = found.layers.map(({ name, kind, weights, biases, instructions }) => [
    `${kind} ${JSON.stringify(name)}`,
    weights,
    biases,
    instructions,
  ]);
  const layers = await table(
    [{ title: "Learning" }, right("Weights"), right("Biases"), right("Instructions a sample")],
    rows,
  );
  return `
${layers}
Training takes ${thousands(found.heapBytes)} bytes of heap and ${thousands(found.flashBytes)} bytes of flash more; learn() at most ${thousands(found.sampleInstructions)}
instructions after run(), and an update, once in ${found.batch} samples, ${thousands(found.updateInstructions)}. All of it is predicted.
`;
}
