/**
 * What a board of a chain and the hub (boards/chain/hub.ts) say to each other over the board's serial port. Everything is little
 * endian. A board sends records: int32 kind, int32 number of bytes, and the bytes. The hub answers `input` with an int32 length,
 * −1 where there is none, and the bytes; and `poll` with the time in milliseconds as float64, how many bytes the board may write
 * upstream and downstream (int32), what it is to do, the number of records that follow (int32), and the records, up or down.
 */
export const portKinds = {
  /** Bytes from or for the board before. */
  up: 0,
  /** Bytes from or for the next board. */
  down: 1,
  /** The first board asks for a message: its number. */
  input: 2,
  /** The last board has a message: its number and its bytes. */
  output: 3,
  /** What time it is. Payload: float64 instructions since the answer to the last poll, int32: bit 0 whether there is more to compute, bit 1 whether gradients are awaited. */
  poll: 4,
  /** The stage has ended. Payload: why. */
  failed: 5,
} as const;

/** What a board is to do next. */
export const orders = { goOn: 0, end: 1, startAnew: 2 } as const;

export const portHeaderBytes = 8;
export const answerBytes = 24;
