import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";

/** A row with this text is answered last: see `server/desk.ts`. */
export const HELD_MARK = "HELD-UNTIL-THE-OTHERS-ARE-ANSWERED";

const LINES_PER_CHUNK = 1000;
const FILLER = "The quick brown fox jumps over the lazy dog, and then it asks why. ".repeat(40);
const OPENING = '{"model":"bench","messages":[{"role":"user","content":"';
const CLOSING = '"}]}';

export interface RequestsFile {
  path: string;
  count: number;
  /** Bytes of one line without its newline. */
  bytes: number;
  /** Which question stands at this place; default the place itself. */
  numberAt?: (place: number) => number;
  /** The number of the one question that is held back by the server. */
  held?: number;
}

/** One chat body of exactly so many bytes, different for each number. */
function requestLine(number: number, bytes: number, held = false): string {
  const start = `${OPENING}${held ? HELD_MARK : "Question"} ${number}: `;
  return start + FILLER.slice(0, Math.max(0, bytes - start.length - CLOSING.length)) + CLOSING;
}

/** Writes the input of a run, line by line: it never stands in memory as a whole. */
export async function writeRequests(file: RequestsFile): Promise<void> {
  await pipeline(chunksOf(file), createWriteStream(file.path));
}

function* chunksOf({ count, bytes, held, numberAt = (place) => place }: RequestsFile): Generator<string> {
  for (let start = 0; start < count; start += LINES_PER_CHUNK) {
    const length = Math.min(LINES_PER_CHUNK, count - start);
    const numbers = Array.from({ length }, (_, place) => numberAt(start + place));
    yield `${numbers.map((number) => requestLine(number, bytes, number === held)).join("\n")}\n`;
  }
}
