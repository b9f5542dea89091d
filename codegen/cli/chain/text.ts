/** What a run of a split model took. */
import { table } from "../table.js";
import type { SplitRun } from "./run-split.js";
import type { SplitLink } from "./split-folder.js";

const milliseconds = (value: number) => `${value.toFixed(1)} ms`;

function linkText(link: SplitLink): string {
  return link.kind === "uart" ? `uart:${link.baud}` : link.kind;
}

export async function splitRunText(run: SplitRun): Promise<string> {
  const { split, engines, stages, inferences, intervalMilliseconds: interval, latencyMilliseconds } = run;
  const links = [...new Set(split.links.map(linkText))].join(", ");
  const mean = inferences === 1 ? "" : `, the mean of ${inferences}`;
  const rows = stages.map((stage, i) => [
    i + 1,
    stage.board,
    engines[i],
    stage.instructions ?? "",
    stage.otherInstructions ?? "",
    stage.milliseconds === undefined ? "" : milliseconds(stage.milliseconds),
    stage.sentBytes,
  ]);
  const lines = [
    `${split.name} in ${stages.length} stages${links && `, joined by ${links}`}; one inference${mean}:`,
    await table(
      [
        { title: "Stage", align: "right" },
        { title: "Board" },
        { title: "Engine" },
        { title: "Instructions", align: "right" },
        { title: "Links and waiting", align: "right" },
        { title: "Layers", align: "right" },
        { title: "Bytes sent", align: "right" },
      ],
      rows,
    ),
  ];
  if (latencyMilliseconds !== undefined) {
    const alone = stages.reduce((sum, stage) => sum + (stage.milliseconds ?? 0), 0);
    lines.push(`First output after ${milliseconds(latencyMilliseconds)}, by the boards' clocks\n`);
    lines.push(
      interval === undefined
        ? `The steady state shows with ${stages.length + 2} inputs or more\n`
        : `Steady state: an inference each ${milliseconds(interval)}; the layers of all stages take ${milliseconds(alone)} one after another, ${(alone / interval).toFixed(2)} times as long\n`,
    );
  }
  return lines.join("\n").replace(/\n\n+/g, "\n");
}

export function splitRunDocument(run: SplitRun): object {
  const { split, engines, stages, inferences, intervalMilliseconds, latencyMilliseconds } = run;
  return {
    name: split.name,
    links: split.links,
    inferences,
    stages: stages.map((stage, i) => ({ ...stage, engine: engines[i] })),
    ...(latencyMilliseconds !== undefined && { latencyMilliseconds }),
    ...(intervalMilliseconds !== undefined && { intervalMilliseconds }),
  };
}
