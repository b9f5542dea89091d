/** `npm run -s table:split -- docs/boards.md`: models over one to four emulated ESP32-C3, counted. */
import { readFile, writeFile } from "node:fs/promises";
import { boardByName, type ChipBoard } from "../../../boards/board.js";
import { rv32Engine } from "../../../boards/qemu/qemu-engine.js";
import { stageBoard } from "../../../boards/stage.js";
import { withSection } from "../../bench/section.js";
import { thousands } from "../../emit/text.js";
import { importModel } from "../../import/import-model.js";
import { fusePadding } from "../../passes/fuse-padding.js";
import { runPasses } from "../../passes/index.js";
import { instantiate } from "../../plan/instantiate.js";
import { plan } from "../../plan/plan.js";
import { isWireless, parseLink } from "../../split/link.js";
import { splitModel } from "../../split/split-model.js";
import { runtimeSources } from "../runtime-sources.js";
import { countedInterval, countSplit } from "./counted.js";

const MODELS = [
  ...["kws_ref_int8", "magic_wand_int8"].map((name) => ({
    name,
    model: `../shared/golden/${name}/model.tflite`,
    input: `../shared/golden/${name}/in_0.bin`,
    output: `../shared/golden/${name}/out_0.bin`,
  })),
  { name: "digits", model: "models/digits/digits.tflite" },
];
const LINKS = ["uart:921600", "uart:3000000", "udp"];
const COUNTS = [1, 2, 3, 4];

const c3 = (await boardByName("esp32-c3")) as ChipBoard;
const sources = await runtimeSources();
const rows: string[] = [];
for (const { name, model, ...golden } of MODELS) {
  const graph = fusePadding(runPasses(importModel(await readFile(model), model)));
  const whole = instantiate(plan(graph, { forms: [] }));
  const [{ data }] = whole.inputs;
  const own = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  // A model without golden vectors computes a ramp, and is held to what rolled loops make of it here.
  own.set("input" in golden ? await readFile(golden.input) : own.map((_, i) => 37 * i));
  const inputs = own.slice();
  whole.run();
  const [made] = whole.outputs;
  const expected =
    "output" in golden
      ? await readFile(golden.output)
      : Buffer.from(made.data.buffer, made.data.byteOffset, made.data.byteLength);
  const known = new Map();
  for (const linkName of LINKS) {
    const link = parseLink(linkName);
    const board = stageBoard(c3, { isWireless: isWireless(link) });
    let alone = 0;
    for (const count of COUNTS) {
      const boards = new Array(count).fill(board);
      const links = new Array(count - 1).fill(link);
      const split = splitModel(graph, boards, links, "throughput");
      const counted = await countSplit(rv32Engine, split, name.replaceAll("_", "-"), inputs, sources, known);
      const interval = countedInterval(split, counted, boards, links);
      if (count === 1) alone = interval;
      const isRight = expected.equals(counted.outputs);
      const sent = split.stages.slice(0, -1).map(({ bytesSent }) => thousands(bytesSent));
      rows.push(
        `| ${[
          name,
          linkName,
          count,
          counted.instructions.map((it) => (it / 1e6).toFixed(1)).join(" + "),
          sent.join(", "),
          `${interval.toFixed(0)} ms`,
          (alone / interval).toFixed(2),
          isRight ? "yes" : "NO",
        ].join(" | ")} |`,
      );
      console.error(rows[rows.length - 1]);
    }
  }
}
const section = `| Model | Link | Boards | Instructions of each, millions | Bytes sent | A result every | Times one board | Outputs equal |
| --- | --- | --: | --- | --: | --: | --: | --- |
${rows.join("\n")}
`;
const [path] = process.argv.slice(2);
if (path) await writeFile(path, withSection(await readFile(path, "utf8"), "split", section, path));
else console.log(section);
