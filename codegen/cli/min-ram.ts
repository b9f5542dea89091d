/** `xsnn run --min-ram`: the smallest machine in which a model runs on a board. */
import type { Board, ChipBoard } from "../../boards/board.js";
import type { Job } from "../../boards/engine.js";
import { machineOf, mostBytes } from "../../boards/machine.js";
import { COLLECTION_SHARE, findNeeds, type Needs, type Sized } from "../../boards/needs.js";
import { thousands } from "../emit/text.js";
import { creationBytes } from "../plan/creation.js";
import { format } from "../problems/format.js";
import { refuse } from "../problems/problem.js";
import { boardText } from "./board-text.js";
import type { OnBoard } from "./on-board.js";
import { table } from "./table.js";

export interface MinRam {
  readonly onBoard: OnBoard;
  readonly board: ChipBoard;
  readonly needs: Needs;
}

/** @throws Refusal `board-is-host`, or what `findNeeds` refuses */
export async function minRam(onBoard: OnBoard, job: Job): Promise<MinRam> {
  const board = chipOf(onBoard.board);
  return { onBoard, board, needs: await findNeeds(onBoard.engine, job, board) };
}

function chipOf(board: Board): ChipBoard {
  return board.kind === "chip" ? board : refuse("board-is-host", { board: board.name });
}

export function minRamDocument({ onBoard: { engine, selection }, board, needs }: MinRam): object {
  return {
    engine: engine.name,
    board: { name: board.name, ...selection },
    ...needs,
    default: board.moddable.creation,
    mostBytes: mostOf(board),
  };
}

function mostOf(board: ChipBoard): { readonly withWifi?: number; readonly withoutWifi: number } {
  const withoutWifi = mostBytes(board, false);
  return board.memory.freeWifiBytes ? { withWifi: mostBytes(board, true), withoutWifi } : { withoutWifi };
}

export async function minRamText({ onBoard, board, needs: found }: MinRam): Promise<string> {
  const { live, needs, tooSmall, recommended, runs } = found;
  const { withWifi, withoutWifi } = mostOf(board);
  const { creation } = board.moddable;
  const rows = [
    ["Live peak", live.bytes, live.chunkBytes, live.slots, ""],
    sizedRow("Needs", needs),
    ...(recommended ? [sizedRow("Recommended", recommended)] : []),
    sizedRow("Default", { machine: machineOf(creation), bytes: creationBytes(creation) }),
    ...(withWifi === undefined ? [] : [["Most, with Wi-Fi", withWifi, "", "", ""]]),
    [withWifi === undefined ? "Most" : "Most, without", withoutWifi, "", "", ""],
  ];
  const titles = ["Bytes", "Chunk bytes", "Slots", "Stack slots"];
  const columns = [{ title: "" }, ...titles.map((title) => ({ title, align: "right" as const }))];
  return `${boardText(onBoard)}

${await table(columns, rows)}
At needs the model runs; with 2 % less: ${format(tooSmall.problem).split("\n")[0]}
${recommendation(found)}
Found in ${thousands(runs)} runs. An application's own objects come on top.
`;
}

/** One block is divided as the heaps grow. */
function sizedRow(name: string, { machine, bytes }: Pick<Sized, "machine" | "bytes">): (string | number)[] {
  const { chunkBytes, slots, stackSlots, block } = machine;
  return [name, bytes, ...(block ? ["", ""] : [chunkBytes, slots]), stackSlots];
}

function recommendation({ needs, recommended }: Needs): string {
  const limit = `${100 * COLLECTION_SHARE} %`;
  const share = ({ collectionShare }: Sized) => `${(100 * collectionShare).toFixed(1)} %`;
  if (needs.collectionShare === 0) return "It makes no garbage when it runs: what it needs is recommended.";
  const taken = `Collections take ${share(needs)} of its instructions there`;
  if (recommended === undefined) return `${taken}, and no machine was found where they take under ${limit}.`;
  if (recommended.machine === needs.machine) return `${taken}, under ${limit}: what it needs is recommended.`;
  return `${taken}, and ${share(recommended)} in the machine that is recommended: under ${limit}.`;
}
