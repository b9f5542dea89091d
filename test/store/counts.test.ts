/** What a store costs on an emulated ESP32-C3. */
import { expect, it } from "vitest";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { countStore } from "../../codegen/cli/bench/store-counts.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";

it("opens 300 KB in less than 20,000 instructions, and 3 MB in no more", async () => {
  const counts = await countStore(rv32Engine, await runtimeSources(), (what) => /open|Ed25519/.test(what));
  const found = (what: string) => counts.find((one) => one.what.includes(what))!.instructions;
  expect(found("300 KB")).toBeLessThan(20_000);
  expect(found("300 KB")).toBeGreaterThan(5_000);
  // Not to the last one: where an object lies in XS' tables makes a dozen.
  expect(Math.abs(found("3 MB") - found("300 KB"))).toBeLessThan(50);
  expect(found("Ed25519")).toBeLessThan(45e6);
});
