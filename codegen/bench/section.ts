/** The places in Markdown files where commands put tables. */
import { refuse } from "../problems/problem.js";

/**
 * A file with new content between its lines `<!-- marker -->` and `<!-- /marker -->`.
 *
 * @param path for messages
 * @throws Refusal `bench-no-section`
 */
export function withSection(file: string, marker: string, section: string, path: string): string {
  const [opening, closing] = [`<!-- ${marker} -->`, `<!-- /${marker} -->`];
  const [begin, end] = [file.indexOf(`${opening}\n`), file.indexOf(`${closing}\n`)];
  if (begin < 0 || end < begin) return refuse("bench-no-section", { path, begin: opening, end: closing });
  return `${file.slice(0, begin)}${opening}\n\n${section}\n${file.slice(end)}`;
}
