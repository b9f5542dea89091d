import type { Engine, Job, Machine, Report } from "../engine.js";
import { runGuest } from "../process.js";
import { driverFolder, driverModules, staged } from "../staging.js";
import { xsHost } from "./build.js";
import { readManifest, tableText } from "./table.js";

/** 320 KB of heap where slots take 32 bytes, of which XS' own objects take 134 KB that a board has in flash. */
export const defaultMachine: Machine = { chunkBytes: 112 * 1024, slots: 6656, stackSlots: 512 };

/** The artifact under real XS on this computer, in a machine of fixed size and with weights that cannot be written. */
export const xsEngine: Engine = {
  name: "xs",
  about: "Moddable XS on this computer; fetched and compiled once",
  async run(job: Job): Promise<Report> {
    const program = await xsHost(job.onProgress);
    const machine = job.machine ?? defaultMachine;
    const { modules, data } = readManifest(job.artifact);
    const driver = driverModules.map(
      (name) => [`${driverFolder}/${name}`, `${driverFolder}/${name}.js`] as const,
    );
    const table = tableText({ modules: new Map([...modules, ...driver]), data });
    const tablePath = `${driverFolder}/table.txt`;
    const { chunkBytes, slots, stackSlots } = machine;
    return staged(job, new Map([[tablePath, new TextEncoder().encode(table)]]), (folder) =>
      runGuest(
        {
          engine: "xs",
          command: program,
          args: [tablePath, `${driverFolder}/main`, ...[chunkBytes, slots, stackSlots].map(String)],
          folder,
          machine,
        },
        job,
      ),
    );
  },
};
