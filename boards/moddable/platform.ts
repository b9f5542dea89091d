/** What Moddable builds for, and where its builds leave what. */
import { join } from "node:path";
import { refuse } from "../../codegen/problems/problem.js";
import type { Board } from "../board.js";

/** The name that stands for this computer where a board's is asked for. */
export const LINUX = "lin";

export interface Platform {
  /** Name of the board's description, or `lin`. */
  readonly board: string;
  /** What `mcconfig -p` takes, e.g. `esp32/esp32c3`. */
  readonly platform: string;
  readonly family: "esp32" | "esp" | "lin";
  /** The SDK of the chip's vendor that images need, by the variable that says where it is; none on this computer. */
  readonly vendor?: { readonly name: string; readonly variable: string };
}

const VENDORS = {
  esp32: { name: "ESP-IDF", variable: "IDF_PATH" },
  esp: { name: "the ESP8266 SDK", variable: "ESP_BASE" },
} as const;

export const linuxPlatform: Platform = { board: LINUX, platform: LINUX, family: LINUX };

/** @throws Refusal `board-is-host` for a board that Moddable does not build for */
export function platformOf(board: Board): Platform {
  if (board.kind === "host") return refuse("board-is-host", { board: board.name });
  const { platform } = board.moddable;
  const family = platform.startsWith("esp32") ? "esp32" : "esp";
  return { board: board.name, platform, family, vendor: VENDORS[family] };
}

export type Goal = "release" | "debug";

/** Folders below the one that `mcconfig -o` is given. */
export interface BuildFolders {
  /** The makefile's; generated sources, too. */
  readonly temporary: string;
  /** What was linked. */
  readonly images: string;
}

/** @param output what `mcconfig -o` is given */
export function buildFolders(output: string, { platform }: Platform, goal: Goal, name: string): BuildFolders {
  const [family, sub] = platform.split("/");
  // The simulator of no particular device is called mc.
  const parts = [family, ...(sub ? [sub] : family === LINUX ? ["mc"] : []), goal, name];
  return { temporary: join(output, "tmp", ...parts), images: join(output, "bin", ...parts) };
}
