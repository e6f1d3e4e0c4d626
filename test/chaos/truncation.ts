import { cpSync, existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openRun } from "../../src/app/open-run.ts";
import { requestOf } from "../../src/cli/run-flags.ts";
import { systemClock } from "../../src/model/clock.ts";
import { UsageError } from "../../src/model/errors.ts";
import type { Simulator } from "../../src/simulator/index.ts";
import { sluice, startSluice } from "../journey/sluice-process.ts";
import { brokenLines, outputOf, standingOf, untilQuiet } from "./promises.ts";

/** What may lie there, cut short, when a run is begun again. */
export const VICTIMS = ["out.jsonl", "out.jsonl.ledger", "out.jsonl.ledger-wal"] as const;
export type Victim = (typeof VICTIMS)[number];

/** A run that was killed half-way, with everything it left behind. */
export interface Wreck {
  folder: string;
  questions: readonly string[];
  /** Rows whose answer is in the ledger as it lies. */
  answered: number;
}

export interface TruncationReport {
  /** Refused in one sentence, with nothing sent and nothing touched; else finished. */
  refused: boolean;
  /** Answered rows that were sent again, after that was said. */
  lost: number;
  broken: string[];
}

/** Lets a run answer a third of the rows and end, and kills the next one when about two thirds are answered. */
export async function wreck(folder: string, simulator: Simulator, rows: number): Promise<Wreck> {
  simulator.reset();
  const questions = Array.from({ length: rows }, (_, index) => `row ${index + 1} of ${rows}?`);
  const lines = questions.map((question) => `${JSON.stringify({ question })}\n`);
  writeFileSync(join(folder, "in.jsonl"), lines.join(""));
  const args = [
    ...["run", "in.jsonl", "-o", "out.jsonl", "-m", "grok-4.3", "--prompt", "{{ question }}", "-j", "8"],
    ...["--provider", "simulator", "--base-url", simulator.baseUrl, "--rps", "100000"],
  ];
  await sluice([...args, "--limit", String(Math.floor(rows / 3))], { cwd: folder });
  const { child, ended } = startSluice(args, { cwd: folder });
  while (simulator.stats({ limit: 0 }).answered < (rows * 2) / 3 && child.exitCode === null) await sleep(1);
  child.kill("SIGKILL");
  await ended;
  await untilQuiet(simulator);
  const copy = `${folder}-copy`;
  cpSync(folder, copy, { recursive: true });
  const standing = await standingOf(copy);
  rmSync(copy, { recursive: true });
  return { folder, questions, answered: standing?.answered ?? 0 };
}

/** Cuts one of its files at a byte, and begins the run again. */
export async function beginAgain(
  { folder, questions, answered }: Wreck,
  victim: Victim,
  share: number,
  simulator: Simulator,
): Promise<TruncationReport> {
  const place = `${folder}-cut`;
  rmSync(place, { recursive: true, force: true });
  cpSync(folder, place, { recursive: true });
  const path = join(place, victim);
  const cutAt = Math.floor(share * statSync(path).size);
  truncateSync(path, cutAt);
  const before = VICTIMS.map((name) => bytesOf(join(place, name)));
  simulator.reset();
  const notes: string[] = [];
  const refusal = await run(place, simulator, notes);
  const { received } = simulator.stats({ limit: 0 });
  const report: TruncationReport = { refused: refusal !== null, lost: 0, broken: [] };
  const tell = (what: string) => report.broken.push(`${victim} cut at byte ${cutAt}: ${what}`);
  if (refusal !== null) {
    if (!(refusal instanceof UsageError)) tell(`broke: ${refusal}`);
    if (received > 0) tell(`${received} sent by a run that was refused`);
    const touched = VICTIMS.filter((name, index) => bytesOf(join(place, name)) !== before[index]);
    if (touched.length > 0) tell(`refused, but ${touched} changed`);
    return report;
  }
  for (const promise of brokenLines(outputOf(place), questions, true)) tell(promise);
  report.lost = Math.max(0, received - (questions.length - answered));
  if (report.lost > 0 && !notes.some((note) => /cut short/.test(note))) {
    tell(`${report.lost} answered rows were sent again without a word: ${notes.join(" · ")}`);
  }
  return report;
}

/** Why it was refused; null = it ran to its end. */
async function run(place: string, simulator: Simulator, notes: string[]): Promise<unknown> {
  const flags = {
    output: join(place, "out.jsonl"),
    model: "grok-4.3",
    prompt: "{{ question }}",
    provider: "simulator",
    baseUrl: simulator.baseUrl,
    maxConcurrent: 64,
    rps: 100_000,
  };
  const hooks = { note: (line: string) => void notes.push(line), confirm: null, progress() {} };
  const surroundings = { env: {}, clock: systemClock, random: Math.random };
  try {
    const open = await openRun(requestOf(join(place, "in.jsonl"), [], flags, []), hooks, surroundings);
    try {
      await (await open.start(() => {})).done;
    } finally {
      await open.close();
    }
    return null;
  } catch (error) {
    return error;
  }
}

function bytesOf(path: string): string | null {
  return existsSync(path) ? readFileSync(path, "latin1") : null;
}
