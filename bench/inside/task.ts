import { readFileSync } from "node:fs";

/** What a contender is to do, as its command line says it: `ORIGIN IN-FLIGHT FILE`. */
export interface Task {
  origin: string;
  inFlight: number;
  /** One chat body per line. */
  lines: Buffer[];
}

const NEWLINE = 10;

export function readTask(): Task {
  const [origin = "", inFlight = "", path = ""] = process.argv.slice(2);
  return { origin, inFlight: Number(inFlight), lines: splitLines(readFileSync(path)) };
}

function splitLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(NEWLINE, start);
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return lines;
}

/** The contender's last word, read by `measured-process.ts`. */
export function report(answered: number): void {
  console.log(JSON.stringify({ answered }));
}

/** The text of a chat completion; throws where there is none. */
export function answerText(body: unknown): string {
  const choice =
    typeof body === "object" && body !== null && "choices" in body && Array.isArray(body.choices)
      ? body.choices[0]
      : null;
  if (typeof choice?.message?.content !== "string") throw new Error("not an answer");
  return choice.message.content;
}
