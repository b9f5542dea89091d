/** Why an update is not taken. */
export type Reason =
  | "no-update"
  | "structure"
  | "runtime"
  | "older"
  | "too-long"
  | "signature"
  | "digest"
  | "truncated"
  | "on-trial";

/** What `Update` throws. The model that is in use stays in use. */
export class UpdateRefused extends Error {
  readonly reason: Reason;

  constructor(reason: Reason, message: string) {
    super(message);
    this.reason = reason;
  }
}
