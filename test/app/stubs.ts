/** Moddable's modules as far as applications use them, for Node. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Runs a timer's callbacks until as many lines are printed as a test wants to see. */
const TIMER = `
export default {
  set(callback, delay) { const timer = {}; timer.id = setTimeout(() => callback(timer), Math.min(delay, 1)); return timer; },
  repeat(callback, delay) { const timer = {}; timer.id = setInterval(() => callback(timer), delay); return timer; },
  clear(timer) { clearInterval(timer.id); clearTimeout(timer.id); },
};`;

const RESOURCE = `
import { readFileSync } from "node:fs";
export default function Resource(name) {
  const { buffer, byteOffset, byteLength } = readFileSync(new URL(\`../../models/\${name}\`, import.meta.url));
  return buffer.slice(byteOffset, byteOffset + byteLength);
}`;

const print = (lines: number) => `
let count = 0;
export default function print(line) {
  console.log(line);
  if (++count === ${lines}) process.exit();
}`;

/** @param lines how many are printed before the program ends */
export function writeStubs(folder: string, config: object, lines: number): void {
  const modules = {
    "mc/config": `export default ${JSON.stringify(config)};`,
    Resource: RESOURCE,
    time: "export default { get ticks() { return 7; } };",
    timer: TIMER,
    print: print(lines),
  };
  const put = (path: string, text: string) => {
    const file = join(folder, "node_modules", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  for (const [name, text] of Object.entries(modules)) {
    const [pack, inside = "."] = name.split("/");
    const exports = { [inside === "." ? "." : `./${inside}`]: "./index.js" };
    put(`${pack}/package.json`, JSON.stringify({ name: pack, type: "module", exports }));
    put(`${pack}/index.js`, text);
  }
}
