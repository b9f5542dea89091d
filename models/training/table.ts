/** `npm run table:training`: see command.ts. */
import { engineByName } from "../../boards/index.js";
import { interruptible } from "../../codegen/cli/interrupt.js";
import { processIo } from "../../codegen/cli/io.js";
import { main } from "./command.js";

const engine = async (name: string) => engineByName(name);
process.exitCode = await interruptible(processIo(), (io) =>
  main({ io, engine, answerNo: () => {} }, process.argv.slice(2)),
);
