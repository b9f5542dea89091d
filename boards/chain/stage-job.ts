/** What a board of a chain runs: an artifact, the runtime of stages, and the driver. */
import type { RuntimeSources } from "../../codegen/emit/runtime-files.js";
import { withRuntime } from "../../codegen/emit/with-runtime.js";
import type { StageLayout } from "../../runtime/pipeline/layout.js";
import type { Artifact } from "../engine.js";
import type { StageSettings } from "../guest/stage-driver.js";
import { guestModule } from "../staging.js";

/** The modules of `runtime/` that the driver uses. */
const NAMED = ["lanes", "pipeline/ends", "pipeline/layout", "pipeline/link", "pipeline/stage"];

const TRAINING = ["pipeline/training-stage", "pipeline/training-words"];

/** An artifact with the runtime of stages beside the part that it has: the very modules that an application takes. */
export function withPipeline(artifact: Artifact, layout: StageLayout, sources: RuntimeSources): Artifact {
  return withRuntime(artifact, sources, layout.training ? [...NAMED, ...TRAINING] : NAMED);
}

/** The driver's modules, by name. */
export async function stageDriver(
  module: string,
  settings: StageSettings,
): Promise<ReadonlyMap<string, string>> {
  const names = ["stage-driver", "port", "port-protocol", "protocol"];
  const modules = await Promise.all(names.map(async (name) => [name, await guestModule(name)] as const));
  const training = settings.layout.training
    ? `import { TrainingStage } from "../xsnn/pipeline/training-stage.js";
import { gradientBytes } from "../xsnn/pipeline/training-words.js";
const training = { TrainingStage, gradientBytes };`
    : "const training = undefined;";
  const main = `import Model from ${JSON.stringify(`../${module}.js`)};
import { Results, Sensor } from "../xsnn/pipeline/ends.js";
import { modelWords } from "../xsnn/pipeline/layout.js";
import { Link } from "../xsnn/pipeline/link.js";
import { Stage } from "../xsnn/pipeline/stage.js";
${training}
import uart from "uart";
import { driveStage } from "./stage-driver.js";
const modules = { Model, Results, Sensor, Link, Stage, modelWords, training };
export default (host) => driveStage(host, uart, modules, ${JSON.stringify(settings)});
`;
  return new Map([["main", main], ...modules]);
}
