import type { Engine, Job, Machine, Report } from "./engine.js";
import { runGuest } from "./process.js";
import { driverFolder, guestModule, staged } from "./staging.js";

/** V8 has no fixed machine. */
const machine: Machine = { chunkBytes: 0, slots: 0, stackSlots: 0 };

/** The artifact on Node, in a process of its own so that nothing it does can hang or break this one. */
export const nodeEngine: Engine = {
  name: "node",
  about: "Node (V8) on this computer",
  async run(job: Job): Promise<Report> {
    const launcher = `${driverFolder}/node.js`;
    const encoder = new TextEncoder();
    const extra = new Map([
      [launcher, encoder.encode(await guestModule("node"))],
      // The module "uart", as boards have it.
      ["node_modules/uart/index.js", encoder.encode(await guestModule("node-uart"))],
      ["node_modules/uart/package.json", encoder.encode('{ "type": "module", "main": "index.js" }\n')],
    ]);
    return staged(job, extra, (folder) =>
      runGuest(
        {
          engine: "node",
          command: process.execPath,
          args: [launcher],
          folder,
          // What this process was started with (loaders, inspectors) is not meant for the model.
          env: { ...process.env, NODE_OPTIONS: "" },
          machine,
          ...(job.uart && { uart: job.uart }),
        },
        job,
      ),
    );
  },
};
