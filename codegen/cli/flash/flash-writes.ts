/** What `xsnn flash` is to write, from the files of a build. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { ChipBoard } from "../../../boards/description.js";
import { applicationWrites } from "../../../boards/flash/application-writes.js";
import type { FlashFile, Partition } from "../../../boards/flash/flash-file.js";
import { MAX_FLASH_FILE_BYTES, parseFlashFile } from "../../../boards/flash/parse-flash-file.js";
import { modWrite, storeWrites } from "../../../boards/flash/update-writes.js";
import type { FlashWrite } from "../../../boards/flash/write.js";
import { Refusal, refuse } from "../../problems/problem.js";
import { slotImage } from "../../store/pack.js";
import { requireUpdate } from "../../store/update-file.js";
import { isFolder, readBounded, rethrow } from "../files.js";

export interface FlashWrites {
  readonly writes: readonly FlashWrite[];
  /** Partitions that the board must have already. */
  readonly partitions: readonly Partition[];
}

/** What to write in place of the application. */
export interface Updates {
  /** The path of an archive, or of the folder that has it. */
  readonly mod?: string;
  /** The path of an update for the store. */
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
  if (updates.mod === undefined && updates.store === undefined) {
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
    ...(updates.mod === undefined ? [] : [modWrite(board, file, await read(await modPath(updates.mod)))]),
    ...(updates.store === undefined ? [] : storeWrites(board, file, slotOf(await read(updates.store)))),
  ];
  return { writes, partitions: [...new Set(writes.map(({ partition }) => partition))] };
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

/** An archive; of a folder that `xsnn mod` wrote its one. */
async function modPath(path: string): Promise<string> {
  if (!(await isFolder(path))) return path;
  const names = await readdir(path).catch((error) => rethrow("file-not-readable", path, error));
  const found = names.filter((name) => name.endsWith(".xsa"));
  if (found.length !== 1) refuse("flash-mod-file", { folder: path, found });
  return join(path, found[0]);
}

/** What a slot holds with an update. */
function slotOf({ path, bytes }: { readonly path: string; readonly bytes: Uint8Array }) {
  requireUpdate(bytes, path);
  return { path, bytes: slotImage(bytes) };
}
