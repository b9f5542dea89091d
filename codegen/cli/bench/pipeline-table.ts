/** `npm run -s bench:pipeline`: what frames between boards cost on an emulated ESP32-C3, without collections. */
import { rv32Engine } from "../../../boards/qemu/qemu-engine.js";
import { thousands } from "../../emit/text.js";
import { runtimeSources } from "../runtime-sources.js";
import { countLinks } from "./link-counts.js";
import { countFrames } from "./pipeline-counts.js";

const LENGTHS = [4, 64, 256, 1024, 2048, 4096];

const sources = await runtimeSources();
for (const isSealed of [false, true]) {
  console.log(isSealed ? "\nWith a key:\n" : "Without a key:\n");
  console.log("| payload, bytes | sent | a byte | received | a byte |\n| --: | --: | --: | --: | --: |");
  for (const { payloadBytes, sent, received } of await countFrames(rv32Engine, sources, LENGTHS, isSealed)) {
    const cells = [sent, sent / payloadBytes, received, received / payloadBytes];
    console.log(
      `| ${thousands(payloadBytes)} | ${cells.map((cell) => thousands(Math.round(cell))).join(" | ")} |`,
    );
  }
}

const { messages, status, poll } = await countLinks(rv32Engine, sources, LENGTHS);
console.log("\nLinks and stages:\n");
console.log(
  "| message, bytes | sent | heard | taken by a stage | made by a stage |\n| --: | --: | --: | --: | --: |",
);
for (const { bytes, ...counts } of messages)
  console.log(
    `| ${[bytes, counts.sent, counts.heard, counts.taken, counts.made].map(thousands).join(" | ")} |`,
  );
console.log(`| status | ${thousands(status.sent)} | ${thousands(status.heard)} | | |`);
console.log(`\nA poll with nothing to do: ${thousands(poll)}`);
