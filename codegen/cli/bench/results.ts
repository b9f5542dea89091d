/** Measurements as a table, as JSON and as CSV. */
import { csv } from "../../bench/csv.js";
import { type Reference, referenceIsas } from "../../bench/reference.js";
import { formatAll } from "../../problems/format.js";
import { standInText } from "../board-text.js";
import { problemsJson } from "../errors.js";
import { between, ENERGIES, TIMES } from "../fit-text.js";
import { perMacText } from "../layer-table.js";
import { table } from "../table.js";
import type { Measured, Measurements } from "./measure.js";

export interface Results extends Measurements {
  /** TFLM's counts; absent where there are none here. */
  readonly reference?: Reference;
}

/** What TFLM's C++ takes for the same inference; nothing where that is not known or of another instruction set. */
export function tflmInstructions({ reference }: Results, { measurement }: Measured): number | undefined {
  const { model, isa } = measurement;
  return isa !== undefined && referenceIsas.includes(isa) ? reference?.get(model) : undefined;
}

function quotient(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a / b;
}

export async function resultsText(results: Results): Promise<string> {
  const right = { align: "right" } as const;
  const rows = results.measured.map((measured) => {
    const { measurement, prediction } = measured;
    const { model, board, standInFor, form, instructions, macs, ramBytes, flashBytes } = measurement;
    return [
      model,
      standInFor === undefined ? board : `${board} *`,
      form,
      instructions ?? "",
      instructions === undefined ? "" : perMacText(instructions, macs),
      ramBytes ?? "",
      flashBytes ?? "",
      quotient(instructions, tflmInstructions(results, measured))?.toFixed(1) ?? "",
      prediction ? between(prediction.milliseconds, TIMES) : "",
      prediction ? between(prediction.millijoules, ENERGIES) : "",
    ];
  });
  const columns = [
    { title: "Model" },
    { title: "Board" },
    { title: "Form" },
    { title: "Instructions", ...right },
    { title: "A MAC", ...right },
    { title: "RAM", ...right },
    { title: "Flash", ...right },
    { title: "/ TFLM", ...right },
    { title: "Time, predicted" },
    { title: "Energy, predicted" },
  ];
  const shown = rows.length > 0 ? `${await table(columns, rows)}\n` : "";
  return shown + notes(results) + failures(results);
}

/** What the columns hold. */
function notes({ measured, reference }: Results): string {
  if (measured.length === 0) return "";
  const standIns = new Set(measured.map(({ onBoard }) => standInText(onBoard)).filter(Boolean));
  return [
    ...Array.from(standIns, (text) => `* ${text}`),
    "RAM: live at the peak, chunks, slots and stack. Flash: bytecode, frozen objects and weights. Bytes, beside XS and the firmware.",
    reference
      ? "/ TFLM: instructions here for each one of TFLM's C++ reference kernels (rv32imc, -O2) on the same model."
      : "/ TFLM: its counts are not here (../shared/golden/tflm-rv32imc.json beside the project).",
    "Time and energy are predictions from assumptions, no measurement: low to high.",
    "",
  ].join("\n");
}

function failures({ failed }: Results): string {
  return failed
    .map(({ model, board, problems }) => `\n${model} on ${board}: ${formatAll(problems).join("\n")}\n`)
    .join("");
}

export function resultsDocument(results: Results): object {
  const rows = results.measured.map((measured) => {
    const { measurement, prediction } = measured;
    const tflm = tflmInstructions(results, measured);
    return {
      ...measurement,
      instructionsPerMac: quotient(measurement.instructions, measurement.macs || undefined),
      tflmInstructions: tflm,
      ratioToTflm: quotient(measurement.instructions, tflm),
      predicted: prediction,
    };
  });
  const failed = results.failed.map((failure) => ({ ...failure, problems: problemsJson(failure.problems) }));
  return { rows, failed };
}

const CSV_TITLES = [
  "model",
  "board",
  "engine",
  "form",
  "stand_in_for",
  "macs",
  "instructions",
  "instructions_per_mac",
  "ram_bytes",
  "flash_bytes",
  "tflm_instructions",
  "ratio_to_tflm",
  "predicted_ms_low",
  "predicted_ms_high",
  "predicted_mj_low",
  "predicted_mj_high",
  "problem",
];

export function resultsCsv(results: Results): string {
  const rows = results.measured.map((measured) => {
    const { measurement, prediction } = measured;
    const { model, board, engine, form, standInFor, macs, instructions, ramBytes, flashBytes } = measurement;
    const each = quotient(instructions, macs || undefined);
    const tflm = tflmInstructions(results, measured);
    return [
      ...[model, board, engine, form, standInFor, macs, instructions, each, ramBytes, flashBytes],
      ...[tflm, quotient(instructions, tflm)],
      ...[prediction?.milliseconds.low, prediction?.milliseconds.high],
      ...[prediction?.millijoules.low, prediction?.millijoules.high, undefined],
    ];
  });
  const failures = results.failed.map(({ model, board, problems }) => [
    model,
    board,
    ...CSV_TITLES.slice(3).map(() => undefined),
    problems.map(({ code }) => code).join(" "),
  ]);
  return csv(CSV_TITLES, [...rows, ...failures]);
}
