/** The folder that `xsnn split` writes: split.json and an artifact a stage. */
import { join } from "node:path";
import { frameBytes, MOST_PAYLOAD_BYTES } from "../../../runtime/pipeline/frame.js";
import type { MessageLayout, StageLayout, TrainingLayout } from "../../../runtime/pipeline/layout.js";
import { SEAL_BYTES } from "../../../runtime/pipeline/seal.js";
import type { Creation } from "../../plan/creation.js";
import { refuse } from "../../problems/problem.js";
import { SPLIT_VERSION } from "../../split/artifact.js";
import type { LinkBuffers } from "../../split/buffers.js";
import { readArtifact } from "../artifact-folder.js";
import { isFolder, readBounded } from "../files.js";
import type { Target } from "../target.js";

export interface SplitFolder {
  readonly name: string;
  readonly stages: readonly (Target & {
    readonly board: string;
    readonly boardIndex: number;
    readonly layout: StageLayout;
    /** The machine that it runs in. */
    readonly creation: Creation;
  })[];
  /** From each board of the row to the next, whether it has a stage or not. */
  readonly links: readonly SplitLink[];
}

/** A UART has a baud rate, a network bits a second. */
export type SplitLink = (
  | { readonly kind: "uart"; readonly baud: number }
  | { readonly kind: "udp" | "tcp"; readonly bitsPerSecond: number }
) &
  LinkBuffers;

/** What split.json holds, as far as running a split needs it. */
interface SplitFile {
  readonly name: string;
  readonly hash: string;
  readonly links: readonly SplitLink[];
  readonly stages: readonly SplitFileStage[];
}

interface SplitFileStage {
  readonly folder: string;
  readonly board: string;
  readonly boardIndex: number;
  readonly creation: Creation;
  readonly in: MessageLayout["tensors"];
  readonly out: MessageLayout["tensors"];
  readonly inBytes: number;
  readonly outBytes: number;
  readonly passed: StageLayout["passed"];
  readonly training?: TrainingLayout;
}

const FILE = "split.json";

export async function isSplitFolder(path: string): Promise<boolean> {
  if (!(await isFolder(path))) return false;
  return readBounded(join(path, FILE)).then(
    () => true,
    () => false,
  );
}

/** @throws Refusal `split-folder`, or what reading an artifact refuses */
export async function readSplitFolder(path: string): Promise<SplitFolder> {
  const { name, hash, links, stages } = parse(await readBounded(join(path, FILE)), path);
  return {
    name,
    links,
    stages: await Promise.all(
      stages.map(async ({ folder, board, boardIndex, creation, ...messages }) => ({
        ...(await readArtifact(join(path, folder))),
        board,
        boardIndex,
        creation,
        layout: layoutOf(hash, messages),
      })),
    ),
  };
}

function layoutOf(
  model: string,
  stage: Omit<SplitFileStage, "folder" | "board" | "boardIndex" | "creation">,
): StageLayout {
  const { in: inputs, out: outputs, inBytes, outBytes, passed, training } = stage;
  return {
    model,
    incoming: { bytes: inBytes, tensors: inputs },
    outgoing: { bytes: outBytes, tensors: outputs },
    passed,
    ...(training && { training }),
  };
}

function parse(bytes: Uint8Array, path: string): SplitFile {
  const not = (why: string) => refuse("split-folder", { path, why });
  let file: Partial<SplitFile> & { readonly version?: unknown };
  try {
    file = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return not(`its ${FILE} is not JSON`);
  }
  if (file?.version !== SPLIT_VERSION)
    return not(
      `its ${FILE} has version ${JSON.stringify(file?.version)}, and ${SPLIT_VERSION} is known here: split the model again`,
    );
  const { name, hash, links, stages } = file;
  const isWhole =
    typeof name === "string" &&
    typeof hash === "string" &&
    /^[0-9a-f]{64}$/.test(hash) &&
    Array.isArray(links) &&
    links.every(isLink) &&
    Array.isArray(stages) &&
    stages.length > 0 &&
    stages.every(isStage) &&
    stages.every(
      ({ boardIndex }, i) => boardIndex <= links.length && boardIndex > (stages[i - 1]?.boardIndex ?? -1),
    );
  return isWhole ? { name, hash, links, stages } : not(`its ${FILE} is damaged`);
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const isPositive = (value: unknown): value is number => isCount(value) && value > 0;

function isLink(
  link: Partial<Record<"kind" | "baud" | "bitsPerSecond" | keyof LinkBuffers, unknown>> | null,
): boolean {
  const { kind, baud, bitsPerSecond, payloadBytes, window, inbox, outbox, retry, queueBytes } = link ?? {};
  if (![payloadBytes, window, inbox, outbox, retry, queueBytes].every(isPositive)) return false;
  const payload = payloadBytes as number;
  if (payload % 4 !== 0 || payload < 64 || payload > MOST_PAYLOAD_BYTES) return false;
  if ((queueBytes as number) < frameBytes(payload, SEAL_BYTES)) return false;
  if (kind === "uart") return isPositive(baud);
  return (kind === "udp" || kind === "tcp") && isPositive(bitsPerSecond);
}

function isCreation(creation: Partial<Creation> | null | undefined): creation is Creation {
  const { static: block, chunk, heap, stack } = creation ?? {};
  return [block, chunk?.initial, chunk?.incremental, heap?.initial, heap?.incremental, stack].every(isCount);
}

function isStage(stage: Partial<SplitFileStage> | null): boolean {
  return (
    typeof stage?.folder === "string" &&
    /^[\w-]+$/.test(stage.folder) &&
    typeof stage.board === "string" &&
    isCount(stage.boardIndex) &&
    isCreation(stage.creation) &&
    isMessage(stage.in, stage.inBytes) &&
    isMessage(stage.out, stage.outBytes) &&
    isPassed(stage) &&
    isTraining(stage.training)
  );
}

function isPassed({ passed, inBytes = 0, outBytes = 0 }: Partial<SplitFileStage>): boolean {
  return (
    Array.isArray(passed) &&
    passed.every(
      (it) =>
        [it?.from, it?.to, it?.bytes].every(isCount) &&
        it.from + it.bytes <= inBytes &&
        it.to + it.bytes <= outBytes,
    )
  );
}

function isTraining(training: Partial<TrainingLayout> | undefined): boolean {
  if (training === undefined) return true;
  const areSpans = (spans: unknown) =>
    Array.isArray(spans) &&
    spans.every((it) => [it?.gradient, it?.exponent, it?.length].every(isCount) && it.length > 0);
  return isCount(training?.classes) && areSpans(training.received) && areSpans(training.handed);
}

function isMessage(tensors: unknown, bytes: unknown): boolean {
  return (
    isCount(bytes) &&
    Array.isArray(tensors) &&
    tensors.every(
      (it) =>
        typeof it?.name === "string" &&
        isCount(it.offset) &&
        isCount(it.bytes) &&
        it.offset + it.bytes <= bytes,
    )
  );
}
