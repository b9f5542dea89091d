/** Plans that are about as fast as each other are told apart by flash. */
import { expect, it } from "vitest";
import { DEFAULT_CHUNK_BYTES, DEFAULT_SLOTS } from "../../codegen/cost/collections.js";
import { heapOf, modelCost } from "../../codegen/cost/model.js";
import { importModel } from "../../codegen/import/import-model.js";
import type { Form } from "../../codegen/plan/forms.js";
import { PRICES } from "../../codegen/plan/goal.js";
import { plan } from "../../codegen/plan/plan.js";
import { describeGolden, goldenModel } from "../golden/golden.js";

const FEWER_FORMS: readonly (readonly Form[])[] = [
  ["rolled", "unrolled"],
  ["rolled", "columns"],
  ["rolled", "unrolled", "planes"],
];

describeGolden("public models", () => {
  // Its dense layer is faster in columns by 0.004 per cent, and takes 5,600 bytes more there.
  it("mnist_lstm_int8: no plan of fewer forms saves flash that is worth more than what it is slower", () => {
    const graph = importModel(goldenModel("mnist_lstm_int8", 1).model, "mnist_lstm_int8.tflite");
    const figure = (forms?: readonly Form[]) => {
      const planned = plan(graph, forms && { forms });
      const heap = heapOf(planned, { chunkBytes: DEFAULT_CHUNK_BYTES, slots: DEFAULT_SLOTS });
      return modelCost(planned.layers, heap).instructions + PRICES.speed.flash * planned.flashBytes;
    };
    for (const forms of FEWER_FORMS) expect(figure(), forms.join()).toBeLessThanOrEqual(figure(forms));
    expect(PRICES.speed.flash).toBeGreaterThan(0);
  });
});
