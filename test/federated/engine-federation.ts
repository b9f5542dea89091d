/** The federation of turned.ts with its boards on an engine, and the coordinator in this process. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Random } from "../../boards/chain/random.js";
import type { Artifact, Engine, Report } from "../../boards/engine.js";
import { projectPath } from "../../boards/project.js";
import { guestModule } from "../../boards/staging.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { compileGraph } from "../../codegen/compile.js";
import { hashWords, structureOf } from "../../codegen/emit/structure.js";
import { json } from "../../codegen/emit/text.js";
import { transpile } from "../../codegen/emit/transpile.js";
import { withRuntime } from "../../codegen/emit/with-runtime.js";
import { instantiateTrainable } from "../../codegen/plan/instantiate.js";
import type { Picture } from "../../models/support/picture.js";
import type { Compression } from "../../runtime/federated/compression.js";
import { Coordinator } from "../../runtime/federated/coordinator.js";
import type { BoardSettings } from "./board-driver.js";
import { PolledLine } from "./polled-line.js";
import { A_ROUND, graph, ON_BOARDS, pictures } from "./turned.js";

/** What a board has besides its RAM for chunks; the stack is what the model's report asks for, and some frames more. */
const SLOTS = 800;
const STACK_SLOTS = 400;
/** RAM of each board's machine. */
export const MACHINE_BYTES = 131_072;
const MACHINE = {
  chunkBytes: MACHINE_BYTES - 16 * (SLOTS + STACK_SLOTS),
  slots: SLOTS,
  stackSlots: STACK_SLOTS,
};

/** Clocks of boards and of this process do not go alike: nobody is given up. */
const PATIENCE = { retry: 60_000, deadline: 1e6, roundDeadline: 1e6 };

export interface EngineFederation {
  /** What the coordinator came to. */
  readonly parameters: readonly Int32Array[];
  /** Of each board; `parameters` are those that it ended with. */
  readonly reports: readonly Report[];
}

export async function federateOn(
  engine: Engine,
  compression: Compression,
  rounds: number,
): Promise<EngineFederation> {
  const sources = await runtimeSources();
  const { artifact, module, plan } = compileGraph(graph, "digits", sources, { train: ON_BOARDS });
  const learner = instantiateTrainable(plan);
  const coordinator = new Coordinator({
    ...{ model: hashWords(structureOf(plan).hash), random: new Random(8).bits },
    ...{ learner, rounds, boards: pictures.length, compression },
    ...PATIENCE,
  });
  const withFederation = withRuntime(artifact, sources, ["federated/board"]);
  const folder = await mkdtemp(join(tmpdir(), "xsnn-fed-"));
  const paths = pictures.map((_, id) => join(folder, String(id)));
  const lines = paths.map((path) => new PolledLine(path));
  for (const line of lines) coordinator.connect(line);
  const timer = setInterval(() => coordinator.poll(performance.now()), 2);
  try {
    const reports = await Promise.all(
      pictures.map(async (own, id) =>
        engine.run({
          artifact: withSamples(withFederation, own),
          module,
          driver: await driver(module, { id, aRound: A_ROUND }),
          // All rounds are one step.
          vectors: [[new Uint8Array(0)]],
          uart: paths[id],
          stepSeconds: 3000,
          machine: MACHINE,
        }),
      ),
    );
    return { parameters: learner.parameters, reports };
  } finally {
    clearInterval(timer);
    for (const line of lines) line.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The artifact with a board's samples in flash: labels, and then inputs. */
function withSamples(artifact: Artifact, own: readonly Picture[]): Artifact {
  const manifest = JSON.parse(new TextDecoder().decode(artifact.get("manifest.json")));
  manifest.data = { ...manifest.data, samples: "./samples.bin" };
  const inputs = own.map(({ pixels }) => Uint8Array.from(pixels, (pixel) => pixel - 128));
  return new Map([
    ...artifact,
    ["samples.bin", Buffer.concat([Uint8Array.from(own, ({ label }) => label), ...inputs])],
    ["manifest.json", new TextEncoder().encode(json(manifest))],
  ]);
}

async function driver(module: string, settings: BoardSettings): Promise<ReadonlyMap<string, string>> {
  const main = `import Model, { structure } from ${JSON.stringify(`../${module}.js`)};
import Resource from "Resource";
import uart from "uart";
import { FederatedBoard } from "../xsnn/federated/board.js";
import { driveBoard } from "./board-driver.js";
import { frameKinds } from "./protocol.js";
const modules = { Model, model: structure.hash, FederatedBoard, frameKinds, samples: new Resource("samples.bin") };
export default (host) => driveBoard(host, uart, modules, ${JSON.stringify(settings)});
`;
  const text = await readFile(projectPath("test", "federated", "board-driver.ts"), "utf8");
  return new Map([
    ["main", main],
    ["board-driver", transpile(text)],
    ["protocol", await guestModule("protocol")],
  ]);
}
