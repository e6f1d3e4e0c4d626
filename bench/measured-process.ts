import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const PRELOAD = new URL("./inside/measure.js", import.meta.url).href;
const STDERR_TAIL = 2000;

/** What the measured process wrote down about itself. Milliseconds and bytes. */
interface InsideMeasures {
  cpuMs: number;
  peakBytes: number;
  /** When the first request's head was written: since process start, and the CPU used so far. */
  firstSend: { atMs: number; cpuMs: number } | null;
  /** From the first request on. */
  loopDelay: { p50Ms: number; p99Ms: number; maxMs: number };
}

export interface Measured extends InsideMeasures {
  /** From spawn to exit. */
  wallMs: number;
  /** Wall-clock time of the exit. */
  exitedAt: number;
  /** The last line it printed, parsed as JSON; null when it printed none. */
  said: unknown;
}

export interface MeasuredCommand {
  /** What follows `node`: a script of ours and its arguments. */
  argv: readonly string[];
  /** False lets its standard output go to nowhere instead of keeping it. */
  keepOutput?: boolean;
  folder: string;
}

export const SLUICE = fileURLToPath(new URL("../bin/sluice.js", import.meta.url));

/** Runs a program in a process of its own and tells what it used. Throws when it does not end well. */
export async function measureProcess({
  argv,
  keepOutput = true,
  folder,
}: MeasuredCommand): Promise<Measured> {
  const path = join(folder, "measures.json");
  const startedAt = performance.now();
  const child = spawn(process.execPath, ["--import", PRELOAD, ...argv], {
    stdio: ["ignore", keepOutput ? "pipe" : "ignore", "pipe"],
    env: { ...process.env, BENCH_MEASURES: path },
  });
  const exited = new Promise<{ code: number | null; exitedAt: number }>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve({ code, exitedAt: Date.now() }));
  });
  const [output, complaints, { code, exitedAt }] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    exited,
  ]);
  const wallMs = performance.now() - startedAt;
  if (code !== 0) throw new Error(`${argv.join(" ")} ended with ${code}: ${complaints.slice(-STDERR_TAIL)}`);
  const measures: InsideMeasures = JSON.parse(await readFile(path, "utf8"));
  return { ...measures, wallMs, exitedAt, said: lastLineOf(output) };
}

async function textOf(stream: Readable | null): Promise<string> {
  return stream === null ? "" : text(stream);
}

function lastLineOf(output: string): unknown {
  const line = output.trimEnd().split("\n").at(-1) ?? "";
  return line === "" ? null : JSON.parse(line);
}

/** A number the program printed under this name; throws where it did not. */
export function saidNumber(said: unknown, name: string): number {
  const value: unknown =
    typeof said === "object" && said !== null
      ? Object.entries(said).find(([key]) => key === name)?.[1]
      : null;
  if (typeof value !== "number") throw new Error(`the measured process did not say "${name}"`);
  return value;
}
