/** Why a link has ended. */
export type Reason = "version" | "model" | "silent" | "stalled" | "lost" | "too-long";

/** What `Link.failure` is when a link has ended. */
export interface Failure {
  readonly reason: Reason;
  readonly message: string;
}
