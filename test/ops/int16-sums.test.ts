/** Sums of products of int16 activations and int8 or int16 weights: in 64 bits, or in 32 where the bias says so. */
import { vi } from "vitest";
import { conv2ds, denses, densesIn32Bits, depthwiseConv2ds, transposeConvs } from "../support/int16-sums.js";
import { checkOperator } from "../support/operator-check.js";

vi.mock("../../codegen/ops/support/tiles.js", () => import("../support/small-tiles.js"));

checkOperator("CONV_2D", 600, conv2ds, (it) => it);
checkOperator("DEPTHWISE_CONV_2D", 600, depthwiseConv2ds, (it) => it);
checkOperator("FULLY_CONNECTED", 800, denses, (it) => it);
checkOperator("FULLY_CONNECTED without bias, in 32 bits", 200, densesIn32Bits, (it) => it);
checkOperator("TRANSPOSE_CONV", 600, transposeConvs, (it) => it);
