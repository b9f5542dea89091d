/** What a board of a chain runs: an artifact, the runtime of stages, and the driver. */

import type { RuntimeSources } from "../../codegen/emit/runtime-files.js";
import { withRuntime } from "../../codegen/emit/with-runtime.js";
import type { Artifact } from "../engine.js";
import type { StageSettings } from "../guest/stage-driver.js";
import { guestModule } from "../staging.js";

/** The modules of `runtime/` that the driver uses. */
const NAMED = ["lanes", "pipeline/ends", "pipeline/layout", "pipeline/link", "pipeline/stage"];

/** An artifact with the runtime of stages beside the part that it has. */
export function withPipeline(artifact: Artifact, sources: RuntimeSources): Artifact {
  return withRuntime(artifact, sources, NAMED);
}

/** The driver's modules, by name. */
export async function stageDriver(
  module: string,
  settings: StageSettings,
): Promise<ReadonlyMap<string, string>> {
  const names = ["stage-driver", "port", "port-protocol", "protocol"];
  const modules = await Promise.all(names.map(async (name) => [name, await guestModule(name)] as const));
  const main = `import Model from ${JSON.stringify(`../${module}.js`)};
import { Results, Sensor } from "../xsnn/pipeline/ends.js";
import { modelWords } from "../xsnn/pipeline/layout.js";
import { Link } from "../xsnn/pipeline/link.js";
import { Stage } from "../xsnn/pipeline/stage.js";
import uart from "uart";
import { driveStage } from "./stage-driver.js";
const modules = { Model, Results, Sensor, Link, Stage, modelWords };
export default (host) => driveStage(host, uart, modules, ${JSON.stringify(settings)});
`;
  return new Map([["main", main], ...modules]);
}
