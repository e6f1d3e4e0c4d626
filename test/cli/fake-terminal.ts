/** A terminal of few words: enough of its codes to see what a person would see. */
export interface FakeTerminal {
  write(text: string): void;
  /** What stands on it, without the empty end. */
  text(): string;
  /** Cursor: 0-based row and column. */
  cursor(): { row: number; column: number };
  /** Narrows or widens it as terminals do that fold their long lines. */
  resize(columns: number): void;
  readonly writes: string[];
}

const TOKEN = /\p{Cc}\[(\??[\d;]*)([A-Za-z])|[\s\S]/gu;

export function fakeTerminal(initialColumns: number): FakeTerminal {
  let columns = initialColumns;
  let rows = [""];
  let row = 0;
  let column = 0;
  let folding = true;
  const writes: string[] = [];

  function put(character: string): void {
    if (column === columns && !folding) {
      column -= 1;
    } else if (column === columns) {
      row += 1;
      column = 0;
    }
    const line = (rows[row] ?? "").padEnd(column);
    rows[row] = line.slice(0, column) + character + line.slice(column + 1);
    column += 1;
  }

  function control(parameters: string, letter: string): void {
    if (letter === "m" || parameters === "?2026") return;
    if (parameters === "?7") {
      folding = letter === "h";
      return;
    }
    if (letter === "A") row = Math.max(0, row - Number(parameters));
    else if (letter === "K") rows[row] = (rows[row] ?? "").slice(0, column);
    else if (letter === "J") {
      rows[row] = (rows[row] ?? "").slice(0, column);
      rows.length = row + 1;
    } else throw new Error(`this terminal knows no code ${parameters}${letter}`);
  }

  return {
    writes,
    write(text) {
      writes.push(text);
      for (const [token, parameters, letter] of text.matchAll(TOKEN)) {
        if (letter !== undefined) control(parameters ?? "", letter);
        else if (token === "\n") {
          row += 1;
          column = 0;
          rows[row] ??= "";
        } else if (token === "\r") column = 0;
        else put(token);
      }
    },
    text: () =>
      rows
        .map((line) => line.trimEnd())
        .join("\n")
        .trimEnd(),
    cursor: () => ({ row, column }),
    resize(width) {
      const above = rows.slice(0, row).flatMap((line) => folded(line, width));
      rows = [...above, ...rows.slice(row)];
      row = above.length;
      columns = width;
    },
  };
}

function folded(line: string, width: number): string[] {
  const pieces = line.match(new RegExp(`.{1,${width}}`, "gu"));
  return pieces === null ? [""] : [...pieces];
}
