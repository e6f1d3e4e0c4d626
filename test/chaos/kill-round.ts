import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { usdToTicks } from "../../src/model/money.ts";
import type { Simulator } from "../../src/simulator/index.ts";
import { sluice, startSluice } from "../journey/sluice-process.ts";

/** One file of questions, killed at random and run again until it is through. */
export interface KillRound {
  folder: string;
  simulator: Simulator;
  rows: number;
  kills: number;
  /** The longest a run is left alone before it is killed. Milliseconds. */
  longestLifeMs: number;
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

interface Standing {
  rows: number;
  sent_without_outcome: { rows: number };
  known_cost_usd: number;
  known_at_risk_usd: number;
}

const RUN = ["run", "in.jsonl", "-o", "out.jsonl", "--model", "grok-4.3", "--prompt", "{{ question }}"];

export async function playKillRound(round: KillRound): Promise<KillReport> {
  const { folder, simulator, rows, kills, longestLifeMs, random } = round;
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
  const args = [...RUN, "--provider", "simulator", "--base-url", simulator.baseUrl, "-j", "64", "-q"];
  const report: KillReport = { received: 0, unknown: 0, atRisk: 0, broken: [] };

  for (let kill = 1; kill <= kills; kill += 1) {
    const { child, ended } = startSluice(args, { cwd: folder });
    await Promise.race([ended, sleep(random() * longestLifeMs)]);
    child.kill("SIGKILL");
    await ended;
    checkPrefix(outputOf(folder), questions, false, `after kill ${kill}`, report);
    const standing = await statusOf(folder);
    if (standing === null) continue;
    report.unknown += standing.sent_without_outcome.rows;
    report.atRisk = Math.max(report.atRisk, usdToTicks(standing.known_at_risk_usd));
    await untilQuiet(simulator);
    checkMoney(simulator, standing, `after kill ${kill}`, report);
  }

  const { code, stderr } = await sluice(args, { cwd: folder });
  if (code !== 0) report.broken.push(`the last run ended with ${code}: ${stderr.trim()}`);
  checkPrefix(outputOf(folder), questions, true, "at the end", report);
  const standing = await statusOf(folder);
  if (standing === null) report.broken.push("there is no ledger at the end");
  else checkMoney(simulator, standing, "at the end", report);
  report.received = simulator.stats({ limit: 0 }).received;
  if (report.received > rows + report.unknown) {
    report.broken.push(`${report.received} requests for ${rows} rows and ${report.unknown} unknown ones`);
  }
  return report;
}

/** Whole lines, the first answers of the input in its order, none twice and none of another row. */
function checkPrefix(
  text: string,
  questions: readonly string[],
  isComplete: boolean,
  when: string,
  { broken }: KillReport,
): void {
  const lines = text.split("\n");
  const torn = lines.pop();
  if (torn !== "") broken.push(`${when}: the last line is torn: ${torn?.slice(0, 80)}`);
  if (isComplete && lines.length !== questions.length) broken.push(`${when}: ${lines.length} lines`);
  lines.forEach((line, index) => {
    const question = questions[index];
    if (question === undefined || !line.includes(`Echo: ${question} `)) {
      broken.push(`${when}: line ${index + 1} answers something else: ${line.slice(0, 200)}`);
    }
  });
}

/** What the provider billed and the ledger does not know is never more than what the ledger holds at risk. */
function checkMoney(simulator: Simulator, standing: Standing, when: string, { broken }: KillReport): void {
  const billed = simulator.stats({ limit: 0 }).ticks;
  const known = usdToTicks(standing.known_cost_usd);
  const atRisk = usdToTicks(standing.known_at_risk_usd);
  if (Math.abs(billed - known) > atRisk) {
    broken.push(`${when}: billed ${billed}, in the ledger ${known}, at risk ${atRisk}`);
  }
}

/** The simulator has answered, or given up, whatever a killed client had sent. */
async function untilQuiet(simulator: Simulator): Promise<void> {
  while (simulator.stats({ limit: 0 }).inFlight > 0) await sleep(5);
}

function outputOf(folder: string): string {
  try {
    return readFileSync(join(folder, "out.jsonl"), "utf8");
  } catch {
    return "";
  }
}

/** Null before there is a ledger. */
async function statusOf(folder: string): Promise<Standing | null> {
  const { code, stdout } = await sluice(["status", "out.jsonl", "--json"], { cwd: folder });
  return code === 0 ? JSON.parse(stdout) : null;
}
