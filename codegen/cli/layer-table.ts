import { bar } from "../bench/bar.js";
import { type LayerCost, perMac } from "../bench/measurement.js";
import { quote } from "../problems/quote.js";
import { shortened } from "./layer-name.js";
import { table } from "./table.js";

/** Characters of the longest bar. */
const BAR = 24;

/** What each layer of an inference cost, as a table and bar chart. */
export function layerTable(layers: readonly LayerCost[]): Promise<string> {
  const sum = (figure: (layer: LayerCost) => number) =>
    layers.reduce((total, layer) => total + figure(layer), 0);
  const most = Math.max(1, ...layers.map(({ instructions }) => instructions));
  const instructions = sum((layer) => layer.instructions);
  const macs = sum((layer) => layer.macs);
  const share = (part: number) => `${((100 * part) / (instructions || 1)).toFixed(1)} %`;
  const inCollections = sum((layer) => layer.inCollections);
  return table(
    [
      { title: "", align: "right" },
      { title: "Layer" },
      { title: "" },
      { title: "Instructions", align: "right" },
      { title: "Share", align: "right" },
      { title: "A MAC", align: "right" },
      { title: "In collections", align: "right" },
    ],
    [
      ...layers.map((layer) => [
        layer.op,
        `${layer.kind} ${quote(shortened(layer.name))}`,
        bar(layer.instructions / most, BAR),
        layer.instructions,
        share(layer.instructions),
        perMacText(layer.instructions, layer.macs),
        layer.inCollections,
      ]),
      ["", "All", "", instructions, share(instructions), perMacText(instructions, macs), inCollections],
    ],
  );
}

const ONE_DIGIT = { minimumFractionDigits: 1, maximumFractionDigits: 1 };

/** Instructions a MAC; empty where there are no MACs. */
export function perMacText(instructions: number, macs: number): string {
  return perMac(instructions, macs)?.toLocaleString("en-US", ONE_DIGIT) ?? "";
}
