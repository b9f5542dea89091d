/** What `xsnn fit` prints. */
import type { Range } from "../../boards/figure.js";
import type { Fit, Model } from "../../boards/fit.js";
import type { Shortage } from "../../boards/machine.js";
import type { Battery, Instructions } from "../../boards/predict.js";
import { thousands } from "../emit/text.js";
import { table } from "./table.js";

export async function fitText(model: Model, battery: Battery, fits: readonly Fit[]): Promise<string> {
  const rows = fits.map((fit) => [
    fit.board,
    verdict(fit),
    fit.heap.needed,
    machineText(fit),
    fit.flash.needed,
    between(fit.predicted.milliseconds, TIMES),
    between(fit.predicted.millijoules, ENERGIES),
    fit.batteryDays ? between(fit.batteryDays, DAYS) : "too slow",
  ]);
  const columns = [
    { title: "Board" },
    { title: "Fits" },
    { title: "XS RAM", align: "right" },
    { title: "XS machine" },
    { title: "Flash", align: "right" },
    { title: "Time" },
    { title: "Energy" },
    { title: "Battery" },
  ] as const;
  const short = fits.map(({ board, short }) => shortagesText(board, short)).join("");
  const missing = short && `\n${short}`;
  return `${await table(columns, rows)}${missing}\n${basis(model, fits, battery)}`;
}

/** What a board has too little of, a line each. */
export function shortagesText(board: string, short: readonly Shortage[]): string {
  const lines = short.map(
    ({ what, needed, available }) =>
      `${board}: ${thousands(needed)} bytes of ${what} needed, ${thousands(available)} available, ` +
      `${thousands(needed - available)} short.\n`,
  );
  return lines.join("");
}

function verdict({ fits, withWifi, heap }: Fit): string {
  if (!fits) return "no";
  return withWifi || heap.availableWithWifi === undefined ? "yes" : "without Wi-Fi";
}

/** Who asks for the machine, and whether it is more than the target gives by default. */
function machineText({ askedBy, exceedsDefault, fits }: Fit): string {
  if (!fits) return "least";
  const asked = { default: "default", model: "the model's", application: "least" }[askedBy];
  return exceedsDefault ? `${asked}, over default` : asked;
}

/** Where the figures come from. */
function basis({ memory, weightsBytes }: Model, fits: readonly Fit[], battery: Battery): string {
  const every = between({ low: 1, value: 1 / battery.rate, high: 1 / battery.rate }, [[1, "s"]], true);
  const lines = [
    ...new Set(fits.map(({ instructions }) => instructionsText(instructions))),
    "Time, energy and battery are predictions from assumptions, no measurement: low to high.",
    `The model: ${thousands(memory.chunkBytes)} bytes of chunks, ${thousands(memory.slots)} slots; ${thousands(weightsBytes)} bytes of weights; the rest of flash is bytecode and frozen objects.`,
    `Battery: ${thousands(battery.milliampHours)} mAh, one inference every ${every}, light sleep in between.`,
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function instructionsText({ count, isa, basis }: Instructions): string {
  return basis === "counted"
    ? `Instructions: ${thousands(count.value)} of ${isa}, counted.`
    : `Instructions: ${between(count, COUNTS)} of ${isa}, estimated from the plan; --count counts them.`;
}

type Units = readonly (readonly [size: number, name: string])[];
export const TIMES: Units = [
  [60_000, "min"],
  [1000, "s"],
  [1, "ms"],
];
export const ENERGIES: Units = [
  [1000, "J"],
  [1, "mJ"],
];
const DAYS: Units = [
  [365.25, "years"],
  [1, "days"],
  [1 / 24, "hours"],
];
const COUNTS: Units = [
  [1e9, "billion"],
  [1e6, "million"],
  [1, ""],
];

/** A range in the unit that suits its value, with two digits: `1.2 to 3.4 s`; or the value alone. */
export function between({ low, value, high }: Range, units: Units, only = false): string {
  const [size, name] = units.find(([unit]) => value >= unit) ?? units[units.length - 1];
  const digits = (x: number) => `${Number((x / size).toPrecision(2))}`;
  return `${only ? digits(value) : `${digits(low)} to ${digits(high)}`} ${name}`.trim();
}
