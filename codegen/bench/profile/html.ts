/** HTML in template literals; whatever is put into one is escaped unless it is markup itself. */
export class Markup {
  constructor(readonly text: string) {}
}

type Value = string | number | Markup | readonly Markup[];

/** Markup from a template. Values are safe in text and in quoted attributes. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(parts.reduce((text, part, i) => text + markupOf(values[i - 1]) + part));
}

function markupOf(value: Value): string {
  if (value instanceof Markup) return value.text;
  if (typeof value === "object") return value.map(({ text }) => text).join("");
  // Names are from files: characters that draw nothing or turn the direction of text are shown as such.
  return `${value}`
    .replace(/[^\n\P{C}]|[\u2028\u2029]/gu, "�")
    .replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
