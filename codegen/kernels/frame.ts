/** What functions take of the stack. */

/** Slots of a function's frame: one for each name in it, be it a parameter, a variable or what it uses of its module. */
export function frameSlots(text: string): number {
  return new Set(text.match(/\b[A-Za-z_]\w*\b/g)).size;
}
