import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DEFAULT_MAX_ATTEMPTS } from "../../src/model/defaults.ts";
import { type Simulator, startSimulator } from "../../src/simulator/index.ts";
import { type Ended, startSluice } from "../journey/sluice-process.ts";
import type { FaultCase } from "./fault-cases.ts";
import { FRONTS } from "./fault-front.ts";
import { brokenLines, brokenMoney, outputOf, standingOf, untilQuiet } from "./promises.ts";

/** One fault at one share of the requests, for a while, and what follows until every row is answered. */
export interface FaultTrial {
  fault: FaultCase;
  /** From 0 to 1. */
  share: number;
  /** How long the fault is about. Milliseconds. */
  windowMs: number;
  /** How long the fault itself waits before it strikes, such as "60s"; null = as it does by itself. */
  delay: string | null;
  rows: number;
  random: () => number;
}

/** A line of the fault table; everything in `broken` is a promise that was not kept. */
export interface FaultReport {
  /** Requests that the provider received. */
  sent: number;
  billed: number;
  /** Rows answered, by the first command and in the end. */
  answeredAtOnce: number;
  answered: number;
  /** Of the first command. */
  code: number | null;
  /** Of all commands together, without the wait for the fault to pass. */
  seconds: number;
  broken: string[];
}

/** A run that is not over by then hangs. */
const HANGS_AFTER_MS = 180_000;

/** Exit codes of the first command, where the fault struck. */
const EXITS = { answers: [0], holds: [1], parks: [130], stops: [3] } as const;

/** What finishes the rows once the fault is over. */
const AFTERWARDS = { answers: [], holds: ["--retry-unknown"], parks: [], stops: [] } as const;

export async function playFault(trial: FaultTrial): Promise<FaultReport> {
  const { fault, share, windowMs, delay, rows, random } = trial;
  const folder = mkdtempSync(join(tmpdir(), "sluice-fault-"));
  const questions = Array.from({ length: rows }, (_, index) => `row ${index + 1} of ${rows}?`);
  const lines = questions.map((question) => `${JSON.stringify({ question })}\n`);
  writeFileSync(join(folder, "in.jsonl"), lines.join(""));
  const rule = `${fault.fault}:${share * 100}%@0s-${windowMs}ms${delay === null ? "" : `+${delay}`}`;
  const before = FRONTS[fault.fault];
  const began = performance.now();
  await using simulator = await startSimulator({
    unlimited: true,
    latency: "20ms-60ms",
    tls: fault.http2,
    ...(fault.answerTokens === undefined ? {} : { outputTokens: fault.answerTokens }),
    faults: before === undefined && fault.answerTokens === undefined ? [rule] : [],
  });
  const front = await before?.(simulator, { share, windowMs, random });
  const { baseUrl, env } = front ?? { baseUrl: simulator.baseUrl, env: {} };
  const run = (more: readonly string[]) =>
    endOf(fault, startSluice([...RUN, "--base-url", baseUrl, ...more], { cwd: folder, env }));
  const report: FaultReport = {
    sent: 0,
    billed: 0,
    answeredAtOnce: 0,
    answered: 0,
    code: null,
    seconds: 0,
    broken: [],
  };
  const look = async (when: string) => {
    await untilQuiet(simulator);
    const standing = await standingOf(folder);
    const { ticks } = simulator.stats({ limit: 0 });
    const broken = standing === null ? ["there is no ledger"] : brokenMoney(ticks, standing);
    report.broken.push(...broken.map((promise) => `${when}: ${promise}`));
    return standing?.answered ?? 0;
  };

  let commands = 1;
  const first = await run(fault.options ?? []);
  report.code = first.code;
  report.seconds = (performance.now() - began) / 1000;
  report.answeredAtOnce = await look("after the first command");
  const isStruck = report.answeredAtOnce < rows;
  const exits: readonly (number | null)[] = isStruck ? EXITS[fault.meets] : [0];
  if (!exits.includes(first.code)) report.broken.push(`exit ${first.code}: ${first.stderr.slice(-300)}`);
  if (isStruck) {
    await sleep(windowMs);
    const resumed = performance.now();
    commands += 1;
    const second = await run(AFTERWARDS[fault.meets]);
    if (second.code !== 0) report.broken.push(`then exit ${second.code}: ${second.stderr.slice(-300)}`);
    report.seconds += (performance.now() - resumed) / 1000;
  }
  report.answered = await look("at the end");
  report.broken.push(
    ...brokenLines(outputOf(folder), questions, true),
    ...brokenBudget(simulator, rows, commands),
  );
  const { received, billed } = simulator.stats({ limit: 0 });
  await front?.close();
  rmSync(folder, { recursive: true, force: true });
  return { ...report, sent: received, billed };
}

const RUN = [
  ...["run", "in.jsonl", "-o", "out.jsonl", "--model", "grok-4.3", "--prompt", "{{ question }}"],
  ...["--provider", "simulator", "-j", "64"],
];

/** Its end; a run that is told to come back in hours is stopped by Ctrl-C, as one that hangs is killed. */
async function endOf(
  fault: FaultCase,
  { child, ended, says }: ReturnType<typeof startSluice>,
): Promise<Ended> {
  if (fault.meets === "parks") {
    const parked = says(/, until .*\d\d:\d\d:\d\d/).catch(() => {});
    void parked.then(() => child.kill("SIGINT"));
  }
  const hangs = setTimeout(() => child.kill("SIGKILL"), HANGS_AFTER_MS);
  return ended.finally(() => clearTimeout(hangs));
}

/** Endings that cost a row no attempt. */
const FREE = /^(429-|503|529|rst-7$|goaway)/;

/** No row is sent more often than its attempts allow; what costs none is sent again about once. */
function brokenBudget(simulator: Simulator, rows: number, commands: number): string[] {
  const { requests, received } = simulator.stats();
  const counted = Map.groupBy(
    requests.filter(({ ending }) => !FREE.test(ending)),
    ({ promptHash }) => promptHash,
  );
  const most = Math.max(0, ...[...counted.values()].map(({ length }) => length));
  const free = requests.filter(({ ending }) => FREE.test(ending)).length;
  return [
    ...(most > commands * DEFAULT_MAX_ATTEMPTS ? [`a row was sent ${most} times`] : []),
    ...(free > 2 * rows ? [`${free} of ${received} requests cost no attempt`] : []),
  ];
}
