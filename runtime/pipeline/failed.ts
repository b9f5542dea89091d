/** Why a link or a stage has ended. */
export type Reason = "version" | "model" | "silent" | "stalled" | "lost" | "too-long" | "layout" | "state";

/** What `failure` is when a link or a stage has ended. */
export interface Failure {
  readonly reason: Reason;
  readonly message: string;
}
