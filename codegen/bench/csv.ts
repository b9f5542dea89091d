/** Comma-separated values as RFC 4180 has them; what is unknown is empty. */
export function csv(
  titles: readonly string[],
  rows: readonly (readonly (string | number | undefined)[])[],
): string {
  return [titles, ...rows].map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

function field(value: string | number | undefined): string {
  const text = `${value ?? ""}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
