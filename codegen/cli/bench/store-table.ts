/** `npm run -s bench:store`: what a model store costs on an emulated ESP32-C3, as the table of docs/updates.md. */
import { rv32Engine } from "../../../boards/qemu/qemu-engine.js";
import { thousands } from "../../emit/text.js";
import { runtimeSources } from "../runtime-sources.js";
import { countStore } from "./store-counts.js";

const CLOCK = 160e6;

const counts = await countStore(rv32Engine, await runtimeSources());
console.log("| what | instructions | at 160 MHz, one cycle each |\n| --- | --: | --: |");
for (const { what, instructions } of counts) {
  const milliseconds = (1000 * instructions) / CLOCK;
  console.log(
    `| ${what} | ${thousands(instructions)} | ${thousands(Number(milliseconds.toPrecision(3)))} ms |`,
  );
}
