import { table } from "../table.js";
import { type Fit, type Observation, priceOf } from "./fit.js";

const COLUMNS = [
  { title: "fit" },
  { title: "instructions" },
  { title: "pieces", align: "right" },
  { title: "worst error", align: "right" },
  { title: "of", align: "right" },
  { title: "in" },
] as const;

/** Fits for people: prices, and the piece that they predict worst. */
export function fitsText(fits: ReadonlyMap<string, Fit>): Promise<string> {
  const rows = [...fits].map(([name, { prices, observations }]) => {
    const error = ({ counts, instructions }: Observation) => priceOf(counts, prices) / instructions - 1;
    const worst = observations.reduce((a, b) => (Math.abs(error(b)) > Math.abs(error(a)) ? b : a));
    const list = Object.entries(prices).map(([part, price]) => `${part} ${Math.round(price * 10) / 10}`);
    return [
      name,
      list.join(", "),
      observations.length,
      `${(100 * error(worst)).toFixed(1)} %`,
      Math.round(worst.instructions),
      worst.what,
    ];
  });
  return table(COLUMNS, rows);
}
