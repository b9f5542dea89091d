/**
 * `npm run -s table:federated`: what compression spares of bytes and energy, and costs in accuracy, and what four emulated boards
 * come to. Prints the table, and puts it in the Markdown file if one is given, between the lines of its section.
 */
import { readFileSync, writeFileSync } from "node:fs";
import type { ChipBoard } from "../../boards/board.js";
import { projectPath } from "../../boards/project.js";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { withSection } from "../../codegen/bench/section.js";
import { lineJoules } from "../../codegen/cli/federated/round-costs.js";
import { thousands } from "../../codegen/emit/text.js";
import type { Compression } from "../../runtime/federated/compression.js";
import { federateOn, MACHINE_BYTES } from "./engine-federation.js";
import type { FederatedRound } from "./federation.js";
import { A_ROUND, accuracy, accuracyInOnePlace, federatedTurned, pictures, ROUNDS } from "./turned.js";

const SECTION = "federated";
const BAUD = 921_600;
const board: ChipBoard = JSON.parse(readFileSync(projectPath("boards/descriptions/esp32-c3.json"), "utf8"));

const EMULATED: Compression = { bits: 8, permille: 100 };
const ROWS: readonly (readonly [name: string, compression: Compression])[] = [
  ["all, 32 bits", { bits: 32, permille: 1000 }],
  ["all, 8 bits", { bits: 8, permille: 1000 }],
  ["one in ten, 32 bits", { bits: 32, permille: 100 }],
  ["one in ten, 8 bits", EMULATED],
  ["3 in a hundred, 8 bits", { bits: 8, permille: 30 }],
];

const percent = (part: number) => `${(100 * part).toFixed(1)} %`;

/** A board's bytes and energy in a round on average, without the first, whose parameters are whole. */
function costs(rounds: readonly FederatedRound[]): string[] {
  const traffic = { sent: 0, received: 0 };
  for (const round of rounds.slice(1)) {
    traffic.sent += round.traffic.sent / (pictures.length * (ROUNDS - 1));
    traffic.received += round.traffic.received / (pictures.length * (ROUNDS - 1));
  }
  const { value } = lineJoules(board, [{ address: { kind: "serial", path: "", baud: BAUD }, traffic }])!;
  const bytes = [traffic.sent, traffic.received].map((it) => thousands(Math.round(it)));
  return [...bytes, (1000 * value).toFixed(2)];
}

function isSame(found: readonly Int32Array[], expected: readonly Int32Array[]): boolean {
  return found.every((tensor, t) => Buffer.compare(bytesOf(tensor), bytesOf(expected[t])) === 0);
}

function bytesOf({ buffer, byteOffset, byteLength }: Int32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

const file = process.argv[2];
if (file) withSection(readFileSync(file, "utf8"), SECTION, "", file); // or it would be found out late

const lines = [
  "| what is sent | bytes to a board | bytes from a board | energy, mJ | right |",
  "| --- | --: | --: | --: | --: |",
  `| before | | | | ${percent(accuracy())} |`,
];
let onNode: readonly Int32Array[] = [];
for (const [name, compression] of ROWS) {
  const { parameters, rounds } = federatedTurned(compression);
  if (compression === EMULATED) onNode = parameters;
  lines.push(`| ${[name, ...costs(rounds), percent(accuracy(parameters))].join(" | ")} |`);
}
lines.push(`| everything in one place | | | | ${percent(accuracyInOnePlace())} |`);

const { parameters, reports } = await federateOn(rv32Engine, EMULATED, ROUNDS);
for (const it of [parameters, ...reports.map((report) => report.parameters!)])
  if (!isSame(it, onNode)) throw new Error("the emulated boards came to other parameters than Node");
const instructions = reports.reduce((sum, { counters }) => sum + counters.instructions!, 0);
const perSample = Math.round(instructions / (pictures.length * ROUNDS * A_ROUND));

const command = ["npm run -s table:federated", ...(file ? [`-- ${file}`] : [])].join(" ");
const section = `\`${command}\`: bytes are those of a round on a line, frames included, without the first. Energy is that of an ESP32-C3 whose
CPU runs while ${thousands(BAUD)} baud carry them.

${lines.join("\n")}

The same ${ROUNDS} rounds on four emulated ESP32-C3 with one in ten in 8 bits, in machines of ${thousands(MACHINE_BYTES)} bytes, and a coordinator on this
computer: each of the five came to the very parameters of Node, and so to ${percent(accuracy(parameters))}. A sample takes a board ${thousands(perSample)} instructions,
the inference, updates and collections included.
`;
console.log(section);
if (file) writeFileSync(file, withSection(readFileSync(file, "utf8"), SECTION, section, file));
