import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { expect, it } from "vitest";
import { useWasm } from "../../../../codegen/compress/train/backend/wasm.js";
import { Refusal } from "../../../../codegen/problems/problem.js";

it("refuses to train where the backend's module is missing", async () => {
  setWasmPaths("/nowhere/");
  await expect(useWasm()).rejects.toThrow(
    new Refusal([{ code: "training-backend", place: {}, details: {} }]),
  );
});
