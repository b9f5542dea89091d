/** The application's own README: what is in the folder and what to type. */
import { thousands } from "../emit/text.js";
import type { App } from "./app.js";

export function readme({ name, board, models }: App): string {
  const modules = models.map(({ module }) => module);
  return `# ${name}

Runs ${modules.join(", ")} on ${board.name}. \`xsnn app\` wrote this folder; all of it but \`models/\` is yours to change.

| file | what it is |
|---|---|
| \`main.ts\` | the loop: sensor, inference, console |
| \`sensor.ts\` | stands for your sensor; it plays the samples of the self-test |
| \`scores.ts\`, \`self-test.ts\`, \`print-*.ts\` | words for results, comparison of every byte, the console |
| \`models/\` | what \`xsnn compile\` wrote, and vectors: inputs and the outputs that must come of them |
| \`manifest.json\` | for \`mcconfig\`; \`config.selfTest\` says whether the models are tested at start-up |
${board.partitions ? "| `partitions.csv` | the flash: application, mods (`xs`), model store (`xsnn`) |\n" : ""}
    xsnn build . --board ${board.name}
    xsnn build . --board lin --run 10        # the same application on this computer

${flashText(board)}
`;
}

function flashText({ name, partitions }: App["board"]): string {
  if (!partitions)
    return `${name} has no partition table. A mod goes to the flash behind the application, where Moddable looks for it; for a model
store there is no room. In release builds its console is silent: build with --debug and watch it in xsbug.`;
  const rows = partitions.map(({ name, offset, bytes }) => {
    return `| ${name} | 0x${offset.toString(16)} | ${thousands(bytes)} |`;
  });
  return ["| partition | offset | bytes |", "|---|---|---:|", ...rows].join("\n");
}
