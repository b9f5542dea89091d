import { describe, expect, it } from "vitest";
import type { Chosen, LayerRow } from "../../../codegen/compress/report/layers.js";
import { quantizationPage } from "../../../codegen/compress/report/page/page.js";
import {
  type QuantizationReport,
  reportDocument,
  type Variant,
} from "../../../codegen/compress/report/report.js";

const chosen: Chosen = {
  dtype: "int8",
  low: -1,
  high: 1,
  scales: 1,
  float: { min: -2, max: 2, zeros: 0.5, counts: [1, 4, 4, 1] },
};

const layer: LayerRow = {
  index: 0,
  kind: "CONV_2D",
  name: "<b>first</b>",
  scheme: "int8/int8",
  snr: 40,
  added: Number.POSITIVE_INFINITY,
  cosine: 0.9999,
  activations: chosen,
};

function variant(scheme: string, right: number, flashBytes: number): Variant {
  return {
    scheme,
    evaluation: { samples: 200, right, agreeing: 190, meanSquaredError: 0.25, snr: 30 },
    cost: { flashBytes, ramBytes: 2000, instructions: 12_345, macs: 7 },
  };
}

function report(...variants: readonly Variant[]): QuantizationReport {
  return {
    model: "model.tflite",
    data: { path: "x.npy", calibration: 9, evaluated: 200, heldOut: true, preprocessing: { mean: [1, 2] } },
    options: { observer: "mse" },
    float: { samples: 200, right: 195, agreeing: 200, meanSquaredError: 0, snr: Number.POSITIVE_INFINITY },
    variants,
    layers: [layer],
  };
}

describe("the page of a quantization", () => {
  it("has figures, and red bars for values that are clamped", () => {
    const page = quantizationPage(report(variant("int8", 194, 1000)));
    expect(page).toContain("<dt>Accuracy</dt><dd>97.00 %</dd>");
    expect(page).toContain("<dt>Float accuracy</dt><dd>97.50 %</dd>");
    expect(page).toContain("(mean 1, 2)");
    expect(page.match(/<rect class="outside"/g)).toHaveLength(2);
    expect(page.match(/<rect class="bin"/g)).toHaveLength(2);
    expect(page).not.toContain("<figure>");
  });

  it("escapes names, and writes exact for what has no noise", () => {
    const page = quantizationPage(report(variant("int8", 194, 1000)));
    expect(page).not.toContain("<b>first");
    expect(page).toContain("<td>40.0</td><td>exact</td>");
  });

  it("draws schemes against what they cost where there are several", () => {
    const page = quantizationPage(report(variant("int8", 194, 1000), variant("int4", 180, 600)));
    expect(page.match(/<circle class="chosen"/g)).toHaveLength(2);
    expect(page.match(/<circle class="dot"/g)).toHaveLength(2);
    expect(page).toContain("int4: 600, 90.00 %");
  });
});

describe("the document of a quantization", () => {
  it("has null for ratios without noise", () => {
    const document = reportDocument(report(variant("int8", 194, 1000)));
    expect(document).toMatchObject({ float: { snr: null, right: 195 }, layers: [{ snr: 40, added: null }] });
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });
});
