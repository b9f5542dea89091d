/** Measurements layer by layer: bar charts for the terminal, and a page for a browser. */
import { basename, dirname } from "node:path";
import type { LayerCost } from "../../bench/measurement.js";
import { memoryMap } from "../../bench/profile/memory-map.js";
import { type Profile, profilePage } from "../../bench/profile/page.js";
import { thousands } from "../../emit/text.js";
import { refuse } from "../../problems/problem.js";
import { boardText, standInText } from "../board-text.js";
import { writeFiles } from "../files.js";
import { between, ENERGIES, TIMES } from "../fit-text.js";
import { layerTable, perMacText } from "../layer-table.js";
import type { Measured } from "./measure.js";
import { type Results, tflmInstructions } from "./results.js";

/** Bar charts, one a measurement. */
export async function profileText({ measured }: Results): Promise<string> {
  const charts = measured.map(
    async (row) =>
      `${row.measurement.model} on ${boardText(row.onBoard)}\n\n${await layerTable(layersOf(row))}\n`,
  );
  return (await Promise.all(charts)).join("");
}

/** Writes the page. */
export async function writeProfile(path: string, results: Results): Promise<void> {
  const page = profilePage(results.measured.map((row) => profileOf(row, tflmInstructions(results, row))));
  await writeFiles(dirname(path), new Map([[basename(path), page]]));
}

/** @throws Refusal `bench-not-counted` */
function layersOf({ measurement: { layers, engine } }: Measured): readonly LayerCost[] {
  return layers ?? refuse("bench-not-counted", { engine });
}

function profileOf(row: Measured, tflm: number | undefined): Profile {
  const { measurement, report, onBoard, prediction } = row;
  const { model, board, instructions = 0, macs, ramBytes, flashBytes } = measurement;
  const figures: Profile["figures"][number][] = [
    ["Instructions", thousands(instructions), "all layers, collections included"],
    ["Instructions a MAC", perMacText(instructions, macs) || "no MACs", `${thousands(macs)} MACs`],
  ];
  if (ramBytes !== undefined)
    figures.push(["RAM", `${thousands(ramBytes)} bytes`, "live at the peak: chunks, slots and stack"]);
  if (flashBytes !== undefined)
    figures.push([
      "Flash",
      `${thousands(flashBytes)} bytes`,
      "bytecode, frozen objects and weights, beside XS and the firmware",
    ]);
  if (tflm !== undefined)
    figures.push(["/ TFLM", (instructions / tflm).toFixed(1), "instructions to those of TFLM's C++"]);
  if (prediction)
    figures.push(
      ["Time, predicted", between(prediction.milliseconds, TIMES), "low to high"],
      ["Energy, predicted", between(prediction.millijoules, ENERGIES), "low to high"],
    );
  return {
    model,
    board,
    note: `${onBoard.board.title}, on ${measurement.engine}. One inference on random input, counted. Time and energy are predictions from assumptions, no measurement.`,
    warning: standInText(onBoard),
    figures,
    layers: layersOf(row),
    arenaBytes: report.arenaBytes,
    blocks: memoryMap(report),
  };
}
