/** The application's main module: the loop around its models. */
import { className, stringLiteral } from "../emit/names.js";
import type { AppModel } from "./app.js";

/** @param board name of the board that it is written for */
export function mainModule(models: readonly AppModel[], board: string): string {
  const names = models.map(({ module }) => module);
  const imports = names.map((name) => `import ${className(name)} from "${name}";`).join("\n");
  return `/**
 * ${names.join(", ")} on ${board}: reads the sensor, infers, and prints what was seen and how long that took.
 * \`xsnn app\` wrote this to begin with; change it as you like.
 */
import config from "mc/config";
${imports}
import print from "print";
import Resource from "Resource";
import Time from "time";
import Timer from "timer";
import { best } from "./scores.js";
import { selfTest } from "./self-test.js";
import { Sensor } from "./sensor.js";

const models = [
${models.map(entry).join("\n")}
];

if (config.selfTest) print(selfTest(models));

const sensors = models.map(({ model, vectors }) => new Sensor(model, vectors));

/** Infers with one model after the other, a step in each turn, so that timers and the network are served in between. */
function infer(at: number): void {
  const { name, model, labels } = models[at];
  sensors[at].read();
  const start = Time.ticks;
  Timer.repeat((timer) => {
    if (model.step()) return;
    Timer.clear(timer);
    print(\`\${name}: \${best(model.outputs[0], labels)} (\${Time.ticks - start} ms)\`);
    const next = (at + 1) % models.length;
    Timer.set(() => infer(next), next === 0 ? Number(config.interval) : 1);
  }, 1);
}

infer(0);
`;
}

function entry({ module, labels }: AppModel): string {
  return `  {
    name: "${module}",
    model: new ${className(module)}(),
    vectors: new Resource("${module}-vectors.bin"),
    labels: [${labels.map(stringLiteral).join(", ")}],
  },`;
}
