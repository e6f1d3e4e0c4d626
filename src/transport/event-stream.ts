const LINE_END = /\r\n|\r|\n/;

/**
 * Reads server-sent events (HTML Living Standard, 9.2.6) and tells the data of each. Names, ids and waits are passed
 * over: no chat stream needs them. Throws a `TypeError` for bytes that are no UTF-8.
 */
export class EventStream {
  readonly #tell: (data: string) => void;
  // It passes over a byte order mark, as the standard asks.
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  #line = "";
  /** The data lines of the event that is being read. */
  #data: string[] = [];
  /** The last line ended with CR: a LF that follows belongs to its end. */
  #afterReturn = false;

  constructor(tell: (data: string) => void) {
    this.#tell = tell;
  }

  take(chunk: Uint8Array): void {
    let text = this.#decoder.decode(chunk, { stream: true });
    if (text === "") return;
    if (this.#afterReturn && text.startsWith("\n")) text = text.slice(1);
    this.#afterReturn = text.endsWith("\r");
    const [first = "", ...others] = text.split(LINE_END);
    const last = others.pop();
    this.#line += first;
    if (last === undefined) return;
    for (const line of [this.#line, ...others]) this.#read(line);
    this.#line = last;
  }

  /** The stream ended in order: an event whose blank line is missing counts all the same, against the standard. */
  finish(): void {
    this.#read(this.#line);
    this.#line = "";
    this.#read("");
  }

  #read(line: string): void {
    if (line === "") {
      const data = this.#data;
      this.#data = [];
      if (data.length > 0) this.#tell(data.join("\n"));
      return;
    }
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    if (field !== "data") return;
    const value = colon === -1 ? "" : line.slice(colon + 1);
    this.#data.push(value.startsWith(" ") ? value.slice(1) : value);
  }
}
