import type { WordsOf } from "./problem.js";

/** What can be wrong with the port that a board is at, and with the board at it. */
export interface ChipProblems {
  "flash-packages": { packages: readonly string[] };
  "port-needed": { command: string; ports: readonly { path: string; maker: string }[] };
  "port-missing": { path: string };
  "port-denied": { path: string };
  "port-busy": { path: string };
  "port-failed": { path: string; said: string };
  "port-lost": { path: string };
  "port-no-reset": { path: string };
  "chip-silent": { path: string; hasSignals: boolean };
  "chip-unknown": { board: string; value: string };
  "chip-wrong": { board: string; found: string; expected: string };
  "chip-baud": { baud: number };
  "chip-secured": { board: string; why: string };
  "chip-flash-silent": Record<string, never>;
  "chip-flash-small": { board: string; found: number; expected: number };
  "verdict-missing": { seconds: number };
}

const UNTOUCHED = "nothing was written, the board is as it was before";

export const chipWords: WordsOf<ChipProblems> = {
  "flash-packages": ({ packages }) => ({
    what: `boards are spoken to with ${packages.join(" and ")}, which xsnn does not bring`,
    todo: `install that beside xsnn: \`npm install ${packages.join(" ")}\``,
  }),
  "port-needed": ({ command, ports }) => ({
    what:
      ports.length === 0
        ? "no port is given, and no board is at USB"
        : `no port is given; at USB there ${ports.length === 1 ? "is" : "are"} ${ports
            .map(({ path, maker }) => (maker ? `${path} (${maker})` : path))
            .join(", ")}`,
    todo:
      ports.length === 0
        ? "connect the board with a cable that carries data, and name its port with --port"
        : `name the one that is meant: \`${command} --port ${ports[0].path}\``,
  }),
  "port-missing": ({ path }) => ({
    what: `there is no port ${path}`,
    todo: `${UNTOUCHED}; without --port the ports are listed`,
  }),
  "port-denied": ({ path }) => ({
    what: `you may not use ${path}`,
    todo: `${UNTOUCHED}; join the port's group, \`sudo usermod -aG dialout $USER\`, and log in again`,
  }),
  "port-busy": ({ path }) => ({
    what: `another program is using ${path}`,
    todo: `${UNTOUCHED}; end that program: a monitor, a debugger such as serial2xsbug, or another \`xsnn flash\``,
  }),
  "port-failed": ({ path, said }) => ({
    what: `${path} cannot be used as a serial port: ${said}`,
    todo: `${UNTOUCHED}; check the port, and the rate given with --baud`,
  }),
  "port-lost": ({ path }) => ({
    what: `the board at ${path} is gone`,
    todo: "check the cable",
  }),
  "port-no-reset": ({ path }) => ({
    what: `${path} has no lines that reset a board`,
    todo: "leave out --reset, and press the board's reset button",
  }),
  "chip-silent": ({ path, hasSignals }) => ({
    what: `no board answers at ${path}`,
    todo: `${UNTOUCHED}; ${
      hasSignals ? "hold" : "this port cannot reset it: hold"
    } the button BOOT, press and release RESET, release BOOT, and flash again`,
  }),
  "chip-unknown": ({ board, value }) => ({
    what: `what answers is no chip that is known here: it says ${value}; ${board} is expected`,
    todo: `${UNTOUCHED}; check the port and the board`,
  }),
  "chip-wrong": ({ board, found, expected }) => ({
    what: `the board at the port has the chip ${found}, and ${board} has ${expected}`,
    todo: `${UNTOUCHED}; name the board that is there with --board, or the port of the other one`,
  }),
  "chip-baud": ({ baud }) => ({
    what: `the board is not understood at ${baud} bits a second`,
    todo: `${UNTOUCHED}; give a lower rate, such as --baud 115200`,
  }),
  "chip-secured": ({ board, why }) => ({
    what: `this ${board} ${why}`,
    todo: `${UNTOUCHED}; flash it with the tools and keys of whoever set it up so`,
  }),
  "chip-flash-silent": () => ({
    what: "the board's flash does not answer",
    todo: `${UNTOUCHED}; remove what is wired to the flash's pins, and check the supply`,
  }),
  "chip-flash-small": ({ board, found, expected }) => ({
    what: `the flash at the port has ${found} bytes, and ${board} has ${expected}`,
    todo: `${UNTOUCHED}; describe this board in a .json file of your own: docs/boards.md`,
  }),
  "verdict-missing": ({ seconds }) => ({
    what: `the board did not say within ${seconds} s how its self-test ended`,
    todo: "write the application with its self-test (`xsnn app --help`), and restart the board with --reset",
  }),
};
