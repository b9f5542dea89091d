/** Runs the artifact under XS on a machine that QEMU emulates. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Engine, Job, Report } from "../engine.js";
import { encodeJob } from "../job.js";
import { runGuest } from "../process.js";
import { requireTools } from "../require-tools.js";
import { staged } from "../staging.js";
import { xsProgram } from "../xs/build.js";
import { writeImage } from "../xs/image.js";
import { defaultMachine } from "../xs/xs-engine.js";
import { lx106Machine, type QemuMachine, rv32Machine } from "./machines.js";

/** As host/machines/bare.h names it. */
const jobFile = "job.bin";

function qemuEngine(machine: QemuMachine): Engine {
  const { engine, about, target, qemu, tools, args, frames, reportFrom, imageAddress } = machine;
  return {
    name: engine,
    about,
    async run(job: Job): Promise<Report> {
      const { onProgress } = job;
      await requireTools([...tools, ...target.tools], { needed: `engine ${engine}`, onProgress });
      const program = await xsProgram(target, onProgress);
      const machine = job.machine ?? defaultMachine;
      return staged(job, new Map(), async (folder) => {
        const [image, flash] = await writeImage(engine, job, machine, folder);
        await writeFile(join(folder, jobFile), encodeJob(job));
        const loader = `loader,file=${image},addr=${imageAddress},force-raw=on`;
        const uart = ["-serial", job.uart ? `unix:${job.uart}` : "null"];
        const quiet = ["-display", "none", "-parallel", "none", "-monitor", "none"];
        const load = ["-device", loader, "-kernel", program];
        const all = [...args, ...uart, ...quiet, ...frames, ...load];
        return runGuest({ engine, command: qemu, args: all, folder, machine, flash, reportFrom }, job);
      });
    },
  };
}

export const rv32Engine = qemuEngine(rv32Machine);
export const lx106Engine = qemuEngine(lx106Machine);
