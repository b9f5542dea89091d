/** `npm run -s bench:federated`: what a round's messages cost on an emulated ESP32-C3, without collections. */
import { rv32Engine } from "../../../boards/qemu/qemu-engine.js";
import { thousands } from "../../emit/text.js";
import { runtimeSources } from "../runtime-sources.js";
import { countFederated } from "./federated-counts.js";

const PARAMETERS = 2000;

console.log("| what | instructions a parameter |\n| --- | --: |");
for (const { what, instructions } of await countFederated(rv32Engine, await runtimeSources(), PARAMETERS))
  console.log(`| ${what} | ${thousands(Math.round(instructions / PARAMETERS))} |`);
