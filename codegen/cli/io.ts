import { fileReason } from "./files.js";

/** What the command line reads and writes besides files: the process' streams, or a test's strings. */
export interface Io {
  /** Results, on stdout. */
  out(text: string): void;
  /** Errors, on stderr. */
  err(text: string): void;
  /** Where progress is drawn; absent where nobody watches. */
  readonly progress?: NodeJS.WriteStream;
  /** Told of Ctrl-C and `kill`, for work that takes long between one turn of the event loop and the next. */
  readonly interrupted?: AbortSignal;
  /** Where what must be known goes even after an interruption, which silences the rest. */
  readonly lastWords?: (text: string) => void;
  /** Whether errors nobody foresaw show their stack. */
  readonly debug: boolean;
}

/** The streams of this process. A reader that goes away, as `head` does, ends it in silence; a full disk does not. */
export function processIo(): Io {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit();
      if (stream === process.stdout)
        process.stderr.write(`xsnn: cannot write the results: ${fileReason(error)}\n`);
      process.exit(1);
    });
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    ...(process.stderr.isTTY && { progress: process.stderr }),
    debug: process.env.XSNN_DEBUG === "1",
  };
}
