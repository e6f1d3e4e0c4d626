import type { Socket } from "node:net";
import type { Snapshot } from "../observe/index.ts";
import type { TuneOptions } from "../sluice/options.ts";

/** What a running run can be asked: one line of JSON in, one line of JSON out. */
export type ControlQuestion = { ask: "snapshot" } | { ask: "tune"; tuning: TuneOptions };

export type ControlAnswer = { snapshot: Snapshot } | { refused: string };

/** Nothing that is asked or answered comes near this; whoever sends more is no Sluice. */
const LONGEST_LINE = 1024 * 1024;

export function writeLine(socket: Socket, words: ControlQuestion | ControlAnswer): void {
  socket.end(`${JSON.stringify(words)}\n`);
}

/** The first line that arrives, as JSON; null when there is none or it is none. */
export async function readLine(socket: Socket): Promise<unknown> {
  let text = "";
  socket.setEncoding("utf8");
  try {
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      text += String(chunk);
      const end = text.indexOf("\n");
      if (end >= 0) return JSON.parse(text.slice(0, end));
      if (text.length > LONGEST_LINE) return null;
    }
  } catch {
    // Cut off, or no JSON.
  }
  return null;
}
