import type { RunHooks } from "../app/run-request.ts";
import { counted, plainText } from "./screen/index.ts";

const CLEAR_LINE = "\r\u001b[K";

export interface RunHooksOptions {
  /** Standard error. */
  stream: { write(text: string): unknown };
  /** It understands escape codes. */
  isTerminal: boolean;
  /** Asks whoever sits there; null where nobody does. */
  confirm: RunHooks["confirm"];
  quiet: boolean;
}

/** What is said before the run begins; `-q` leaves the errors. */
export function runHooks({ stream, isTerminal, confirm, quiet }: RunHooksOptions): RunHooks {
  const clear = isTerminal ? CLEAR_LINE : "";
  return {
    confirm,
    note(line) {
      if (!quiet) stream.write(`${clear}${line.split("\n").map(plainText).join("\n")}\n`);
    },
    progress(rows) {
      if (!isTerminal || quiet) return;
      stream.write(rows === null ? CLEAR_LINE : `${CLEAR_LINE}reading: ${counted(rows, "row")}`);
    },
  };
}
