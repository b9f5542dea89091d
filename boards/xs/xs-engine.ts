import type { Engine, Job, Machine, Report } from "../engine.js";
import { runGuest } from "../process.js";
import { staged } from "../staging.js";
import { xsProgram } from "./build.js";
import { writeImage } from "./image.js";
import { linuxTarget } from "./targets.js";

/** Room for the models that fit a board with some memory to spare: 128 KB in all, where slots take 16 bytes. */
export const defaultMachine: Machine = { chunkBytes: 104 * 1024, slots: 1152, stackSlots: 384 };

/** The artifact under real XS on this computer, in the memory of a board but for slots of 32 bytes. */
export const xsEngine: Engine = {
  name: "xs",
  about: "Moddable XS on this computer; fetched and compiled once",
  async run(job: Job): Promise<Report> {
    const command = await xsProgram(linuxTarget(), job.onProgress);
    const machine = job.machine ?? defaultMachine;
    return staged(job, new Map(), async (folder) => {
      const [image, flash] = await writeImage("xs", job, machine, folder);
      return runGuest(
        { engine: "xs", command, args: [image, ...(job.uart ? [job.uart] : [])], folder, machine, flash },
        job,
      );
    });
  },
};
