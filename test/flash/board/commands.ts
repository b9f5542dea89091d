/** The loaders' commands by their numbers. */
export const OP = {
  flashBegin: 0x02,
  flashData: 0x03,
  flashEnd: 0x04,
  memBegin: 0x05,
  memEnd: 0x06,
  memData: 0x07,
  sync: 0x08,
  writeReg: 0x09,
  readReg: 0x0a,
  spiSetParams: 0x0b,
  spiAttach: 0x0d,
  readFlashSlow: 0x0e,
  changeBaudrate: 0x0f,
  flashDeflBegin: 0x10,
  flashDeflData: 0x11,
  flashDeflEnd: 0x12,
  spiFlashMd5: 0x13,
  getSecurityInfo: 0x14,
  eraseFlash: 0xd0,
  eraseRegion: 0xd1,
  readFlash: 0xd2,
} as const;

/** Why a loader refuses, by its numbers. */
export const WHY = { invalid: 0x05, failed: 0x06, checksum: 0x07, deflate: 0x0b } as const;

/** The name of a command, for what a test expects. */
export function opName(op: number): string {
  return Object.entries(OP).find(([, number]) => number === op)?.[0] ?? `0x${op.toString(16)}`;
}
