/** What `xsnn flash` is to write, from the files of a build. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { ChipBoard } from "../../../boards/description.js";
import { applicationWrites } from "../../../boards/flash/application-writes.js";
import type { FlashFile, Partition } from "../../../boards/flash/flash-file.js";
import { MAX_FLASH_FILE_BYTES, parseFlashFile } from "../../../boards/flash/parse-flash-file.js";
import { modWrite, storeWrite } from "../../../boards/flash/update-writes.js";
import type { FlashWrite } from "../../../boards/flash/write.js";
import { Refusal, refuse } from "../../problems/problem.js";
import { readBounded, rethrow } from "../files.js";

export interface FlashWrites {
  readonly writes: readonly FlashWrite[];
  /** Partitions that the board must have already. */
  readonly partitions: readonly Partition[];
}

/** What to write in place of the application. */
export interface Updates {
  readonly mod?: true;
  /** The path of a model for the store. */
  readonly store?: string;
}

/**
 * Reads and checks what goes to a board.
 *
 * @param folder of the application
 * @throws Refusal where it is not built, or something does not fit
 */
export async function flashWrites(folder: string, board: ChipBoard, updates: Updates): Promise<FlashWrites> {
  const built = join(folder, "build", board.name);
  const file = await readFlashFile(folder, built, board);
  if (!updates.mod && updates.store === undefined) {
    const images = await Promise.all(
      file.images.map(async (image) => {
        const path = join(built, image.file);
        return { ...image, path, bytes: await readBounded(path) };
      }),
    );
    return { writes: applicationWrites(board, file, images), partitions: [] };
  }
  const read = async (path: string) => ({ path, bytes: await readBounded(path) });
  const writes = [
    ...(updates.mod ? [modWrite(board, file, await read(await modPath(built)))] : []),
    ...(updates.store === undefined ? [] : [storeWrite(board, file, await read(updates.store))]),
  ];
  return { writes, partitions: writes.map(({ partition }) => partition) };
}

async function readFlashFile(folder: string, built: string, board: ChipBoard): Promise<FlashFile> {
  const path = join(built, "flash.json");
  const bytes = await readBounded(path, MAX_FLASH_FILE_BYTES).catch((error) => {
    const isMissing = error instanceof Refusal && error.problems[0].code === "file-not-readable";
    if (isMissing) refuse("flash-not-built", { path, folder, board: board.name });
    throw error;
  });
  const file = parseFlashFile(bytes, path);
  if (file.board !== board.name) refuse("flash-other-board", { path, found: file.board, board: board.name });
  return file;
}

/** The one mod that was built. */
async function modPath(built: string): Promise<string> {
  const names = await readdir(built).catch((error) => rethrow("file-not-readable", built, error));
  const found = names.filter((name) => name.endsWith(".xsa"));
  if (found.length !== 1) refuse("flash-mod-file", { folder: built, found });
  return join(built, found[0]);
}
