import type { Io } from "./io.js";

/** Told of work under way: what it is, and how much of it is done. */
export type OnProgress = (progress: {
  readonly what: string;
  readonly done: number;
  readonly total: number;
}) => void;

/** Calls `work` with something to report progress to, drawn as a bar where somebody watches. */
export async function withProgress<Result>(
  { progress }: Io,
  work: (onProgress: OnProgress) => Promise<Result>,
): Promise<Result> {
  if (!progress) return work(() => {});
  const { default: bars } = await import("cli-progress");
  const bar = new bars.SingleBar(
    {
      stream: progress,
      format: "{what} {bar} {value}/{total}",
      clearOnComplete: true,
      linewrap: true,
      gracefulExit: false,
    },
    bars.Presets.rect,
  );
  bar.start(1, 0, { what: "starting" });
  try {
    return await work(({ what, done, total }) => {
      bar.setTotal(total);
      bar.update(done, { what });
    });
  } finally {
    bar.stop();
  }
}
