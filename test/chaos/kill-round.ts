import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Simulator } from "../../src/simulator/index.ts";
import { sluice, startSluice } from "../journey/sluice-process.ts";
import { brokenLines, brokenMoney, outputOf, standingOf, untilQuiet } from "./promises.ts";

/** One file of questions, killed at random and run again until it is through. */
export interface KillRound {
  folder: string;
  simulator: Simulator;
  rows: number;
  kills: number;
  /** The longest a run is left alone before it is killed. Milliseconds. */
  longestLifeMs: number;
  /** Stragglers get a second copy. */
  hedge: boolean;
  random: () => number;
}

/** What a round came to; everything in `broken` is a promise that was not kept. */
export interface KillReport {
  received: number;
  /** Intents without an outcome, over all kills: what may have been sent twice. */
  unknown: number;
  /** Most money at risk at one time, in ticks. */
  atRisk: number;
  broken: string[];
}

/** Second copies: one for so many rows, and one more. */
const ROWS_PER_HEDGE = 20;

const RUN = ["run", "in.jsonl", "-o", "out.jsonl", "--model", "grok-4.3", "--prompt", "{{ question }}"];

export async function playKillRound(round: KillRound): Promise<KillReport> {
  const { folder, simulator, rows, kills, longestLifeMs, hedge, random } = round;
  simulator.reset();
  for (const name of ["out.jsonl", "out.jsonl.ledger"]) {
    for (const ending of ["", "-wal", "-shm", ".lock", ".sock"])
      rmSync(join(folder, name + ending), { force: true });
  }
  const questions = Array.from({ length: rows }, (_, index) => `row ${index + 1} of ${rows}?`);
  writeFileSync(
    join(folder, "in.jsonl"),
    questions.map((question) => `${JSON.stringify({ question })}\n`).join(""),
  );
  // The published 37 a second would leave all but the first rows to the last run, which is not killed.
  const pace = ["--rps", "2000", "-j", "64"];
  const args = [...RUN, "--provider", "simulator", "--base-url", simulator.baseUrl, ...pace, "-q"];
  if (hedge) args.push("--hedge");
  const report: KillReport = { received: 0, unknown: 0, atRisk: 0, broken: [] };
  const tell = (when: string, broken: readonly string[]) =>
    report.broken.push(...broken.map((promise) => `${when}: ${promise}`));
  const billed = () => simulator.stats({ limit: 0 }).ticks;

  for (let kill = 1; kill <= kills; kill += 1) {
    const { child, ended } = startSluice(args, { cwd: folder });
    await Promise.race([ended, sleep(random() * longestLifeMs)]);
    child.kill("SIGKILL");
    await ended;
    tell(`after kill ${kill}`, brokenLines(outputOf(folder), questions, false));
    const standing = await standingOf(folder);
    if (standing === null) continue;
    report.unknown += standing.lost;
    report.atRisk = Math.max(report.atRisk, standing.atRisk);
    await untilQuiet(simulator);
    tell(`after kill ${kill}`, brokenMoney(billed(), standing));
  }

  const { code, stderr } = await sluice(args, { cwd: folder });
  if (code !== 0) report.broken.push(`the last run ended with ${code}: ${stderr.trim()}`);
  tell("at the end", brokenLines(outputOf(folder), questions, true));
  const standing = await standingOf(folder);
  if (standing === null) report.broken.push("there is no ledger at the end");
  else tell("at the end", brokenMoney(billed(), standing));
  report.received = simulator.stats({ limit: 0 }).received;
  const hedges = hedge ? 1 + rows / ROWS_PER_HEDGE : 0;
  if (report.received > rows + report.unknown + hedges) {
    report.broken.push(`${report.received} requests for ${rows} rows and ${report.unknown} unknown ones`);
  }
  return report;
}
