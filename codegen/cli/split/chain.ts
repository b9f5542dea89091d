/** Boards in a row and the links between them, from options or a file. */
import type { ChipBoard } from "../../../boards/board.js";
import { type StageOptions, stageBoard } from "../../../boards/stage.js";
import { refuse } from "../../problems/problem.js";
import { isWireless, type Link, parseLink } from "../../split/link.js";
import type { StageBoard } from "../../split/stage-board.js";
import { findChip } from "../boards.js";
import { readBounded } from "../files.js";

export interface Chain {
  readonly boards: readonly StageBoard[];
  readonly links: readonly Link[];
}

export interface ChainOptions {
  /** Names of boards, or paths of descriptions, with commas. */
  readonly boards?: string;
  /** One link for all, or one for each pair of neighbours, with commas. */
  readonly link?: string;
  /** A file that says both. */
  readonly chain?: string;
}

const MAX_CHAIN_BYTES = 65_536;
const MAX_BOARDS = 16;

/**
 * @param options as a command has them
 * @param planned what stages are planned for
 * @throws Refusal where a board or link is unknown, or they are not as many as they must be
 */
export async function openChain(options: ChainOptions, planned: StageOptions): Promise<Chain> {
  const { boards: names, links: linkNames } =
    options.chain === undefined ? fromOptions(options) : await fromFile(options.chain);
  if (names.length > MAX_BOARDS) refuse("chain-too-long", { boards: names.length, most: MAX_BOARDS });
  const one = linkNames.length === 1 && names.length > 1;
  const links = (one ? names.slice(1).map(() => linkNames[0]) : linkNames).map(parseLink);
  if (links.length !== names.length - 1)
    refuse("split-links", { boards: names.length, links: linkNames.length });
  const chips = await Promise.all(names.map((name) => findChip(name)));
  return { boards: stageBoards(chips, { ...planned, isWireless: links.some(isWireless) }), links };
}

/** Boards of one name are one object: what is planned for one of them is for all. */
function stageBoards(chips: readonly ChipBoard[], options: StageOptions): StageBoard[] {
  const known = new Map<string, StageBoard>();
  return chips.map((chip) => {
    const board = known.get(chip.name) ?? stageBoard(chip, options);
    known.set(chip.name, board);
    return board;
  });
}

function fromOptions({ boards, link }: ChainOptions): { boards: string[]; links: string[] } {
  if (boards === undefined) return refuse("chain-needed", {});
  return { boards: boards.split(","), links: link?.split(",") ?? [] };
}

/** `{ "boards": [names], "links": [links] }`; one link stands for all. */
async function fromFile(path: string): Promise<{ boards: string[]; links: string[] }> {
  const text = new TextDecoder().decode(await readBounded(path, MAX_CHAIN_BYTES));
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return refuse("chain-malformed", { path, why: "it is no JSON" });
  }
  const { boards, links, ...others } = Object(found) as Record<string, unknown>;
  const [other] = Object.keys(others);
  if (other !== undefined) return refuse("chain-malformed", { path, why: `it has a field ${other}` });
  if (!isTexts(boards) || !isTexts(links))
    return refuse("chain-malformed", { path, why: "boards and links are to be lists of texts" });
  return { boards, links };
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((it) => typeof it === "string");
}
