/** What a board prints, safe to show: text, line ends, tabs and colours. */

const ESCAPE = String.fromCharCode(0x1b);

/** A colour of the terminal, as ESP-IDF's log has it, or a single control character. */
const CONTROL = new RegExp(`${ESCAPE}\\[[0-9;]{0,16}m|[^\\n\\t\\P{C}]`, "gu");

/** An escape sequence that may not have come in whole. */
const UNFINISHED = new RegExp(`${ESCAPE}(\\[[0-9;]{0,16})?$`);

/** Turns bytes into text as they come, without what would steer the terminal. */
export class ConsoleText {
  readonly #decoder = new TextDecoder();
  #held = "";

  push(bytes: Uint8Array): string {
    const text = this.#held + this.#decoder.decode(bytes, { stream: true });
    this.#held = UNFINISHED.exec(text)?.[0] ?? "";
    const whole = text.slice(0, text.length - this.#held.length);
    return whole.replace(CONTROL, (found) => (found.length > 1 ? found : ""));
  }
}
