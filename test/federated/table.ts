/** `npm run -s table:federated`: what compression spares of bytes and energy, and costs in accuracy. */
import { readFileSync } from "node:fs";
import type { ChipBoard } from "../../boards/board.js";
import { projectPath } from "../../boards/project.js";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { lineJoules } from "../../codegen/cli/federated/round-costs.js";
import { thousands } from "../../codegen/emit/text.js";
import { accuracy, centralAccuracy, federatedDigits, ROUNDS } from "./digits.js";
import { checksum } from "./emulated-board.js";
import { federateOn } from "./engine-federation.js";
import { turnedFederated, turnedInOnePlace } from "./turned.js";

const BAUD = 921_600;
const board: ChipBoard = JSON.parse(readFileSync(projectPath("boards/descriptions/esp32-c3.json"), "utf8"));

const ROWS = [
  { name: "all, 32 bits", bits: 32, permille: 1000 },
  { name: "all, 8 bits", bits: 8, permille: 1000 },
  { name: "one in ten, 32 bits", bits: 32, permille: 100 },
  { name: "one in ten, 8 bits", bits: 8, permille: 100 },
  { name: "3 in a hundred, 8 bits", bits: 8, permille: 30 },
] as const;

const percent = (part: number) => `${(100 * part).toFixed(1)} %`;

console.log(
  "| what is sent | bytes to a board | bytes from a board | energy, mJ | right |\n| --- | --: | --: | --: | --: |",
);
for (const { name, ...compression } of ROWS) {
  const { learner, rounds } = federatedDigits(compression);
  const boards = rounds[0].boards.length;
  const traffic = { sent: 0, received: 0 };
  // The first round's parameters are whole.
  for (const round of rounds.slice(1)) {
    traffic.sent += round.traffic.sent / (boards * (ROUNDS - 1));
    traffic.received += round.traffic.received / (boards * (ROUNDS - 1));
  }
  const { value } = lineJoules(board, [{ address: { kind: "serial", path: "", baud: BAUD }, traffic }])!;
  const bytes = [traffic.sent, traffic.received].map((it) => thousands(Math.round(it)));
  console.log(
    `| ${name} | ${bytes.join(" | ")} | ${(1000 * value).toFixed(2)} | ${percent(accuracy(learner))} |`,
  );
}
console.log(`| everything in one place | | | | ${percent(centralAccuracy())} |`);

const BOTH = { bits: 8, permille: 100 } as const;
const emulated = await federateOn(rv32Engine, BOTH, ROUNDS);
const onNode = checksum(federatedDigits(BOTH).learner.parameters);
const isSame = [checksum(emulated.learner.parameters), ...emulated.checksums].every((it) => it === onNode);
console.log(
  `\nFour emulated ESP32-C3, one in ten, 8 bits: ${percent(accuracy(emulated.learner))} right, ${isSame ? "the same parameters" : "OTHER PARAMETERS"}`,
);

console.log(
  "\n| the head of the shipped model | bytes to a board | bytes from a board | right |\n| --- | --: | --: | --: |",
);
const { before, after: inOnePlace } = turnedInOnePlace();
console.log(`| before | | | ${percent(before)} |`);
for (const { name, ...compression } of ROWS) {
  const { after, rounds } = turnedFederated(compression);
  const { sent, received } = rounds[1].traffic;
  const bytes = [sent, received].map((it) => thousands(Math.round(it / rounds[1].boards.length)));
  console.log(`| ${name} | ${bytes.join(" | ")} | ${percent(after)} |`);
}
console.log(`| everything in one place | | | ${percent(inOnePlace)} |`);
