#!/usr/bin/env node
import { interruptible } from "./interrupt.js";
import { processIo } from "./io.js";
import { main } from "./program.js";

process.exitCode = await interruptible(processIo(), (io) => main(process.argv.slice(2), io));
