/** Text that people read. */

const LINE = 100;

/** Comma-separated items on as few lines as fit, each line indented and ended by a comma. */
export function fill(items: readonly string[], indent: string): string {
  const lines: string[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} ${item},`.length <= LINE) lines[lines.length - 1] = `${last} ${item},`;
    else lines.push(`${indent}${item},`);
  }
  return lines.join("\n");
}

/** An integer with commas, e.g. 1,234,567. */
export function thousands(value: number): string {
  return value.toLocaleString("en-US");
}

/** JSON as people read it, with a newline at the end. */
export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
