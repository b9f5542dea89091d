/** An artifact whose weights are trained by hand: its class has parameters, of which one unit is 2^-16 of a weight. */
import { readFileSync, writeFileSync } from "node:fs";
import { xsnn } from "../cli/harness.js";

/**
 * Compiles `<name>.tflite` into the folder `<name>`, and makes a learner of what came out. The first layer with weights is trained.
 *
 * @returns the structure's hash, and how many weights are trained
 */
export async function compileTrainable(name: string): Promise<{ structure: string; count: number }> {
  await xsnn("compile", `${name}.tflite`, "--updatable", "all");
  const plan = JSON.parse(readFileSync(`${name}/plan.json`, "utf8"));
  const { offset, length } = plan.sections.find(({ name }: { name: string }) => name.endsWith(": weights"));
  plan.hot = { layers: [], bytes: length, parts: [{ from: offset, to: 0, length }] };
  writeFileSync(`${name}/plan.json`, JSON.stringify(plan));
  const module = readFileSync(`${name}/${name}.js`, "utf8");
  const learner = `
class Trainable extends Model {
  constructor(weights) {
    super(weights);
    const deployed = this.memory.weights8.slice(${offset}, ${offset + length});
    this.memory.hot = { weights8: deployed };
    this.parameters = [Int32Array.from(deployed, (weight) => 65536 * weight)];
  }
  refresh() {
    const { weights8 } = this.memory.hot;
    for (const [i, master] of this.parameters[0].entries())
      weights8[i] = Math.max(-128, Math.min(127, (master + 32768) >> 16));
  }
}
export default Trainable;
`;
  writeFileSync(`${name}/${name}.js`, module.replace(/export default class \w+/, "class Model") + learner);
  return { structure: plan.structure.hash, count: length };
}
