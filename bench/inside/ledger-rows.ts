/**
 * What the ledger costs: CPU per row of all threads together, and how long it keeps the main thread's loop waiting.
 * `ledger-rows.ts ROWS` prints one line of JSON.
 */
import { createHash } from "node:crypto";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setImmediate as nextTurn } from "node:timers/promises";
import { openLedger } from "../../src/ledger/index.ts";
import type { AttemptRecord, Ledger } from "../../src/model/ledger.ts";
import type { PlanRow, PlanSettings } from "../../src/model/plan.ts";

const STAGE_ROWS = 1000;
const IN_FLIGHT = 256;
/** Answers that arrive within one turn of the loop. */
const PER_TURN = 16;
const BODY = new Uint8Array(1200).fill(120);
const SETTINGS: PlanSettings = { sourceFingerprint: "bench", sourceName: "bench", requestSettings: "{}" };

/** Hashes come ready-made: what they cost is the plan's business. */
function planRow(index: number, hashes: Buffer): PlanRow {
  const key = hashes.subarray(index * 16, index * 16 + 16);
  return {
    line: index + 1,
    offset: index * 1000,
    length: 999,
    key,
    keyGiven: false,
    requestHash: key,
    sourceHash: key,
    customId: null,
    lane: "xai/grok",
    kind: "request",
    problem: null,
  };
}

function answered(index: number): AttemptRecord {
  return {
    index,
    ending: "answered",
    code: "ok",
    httpStatus: 200,
    atRisk: 0,
    cost: 12_345,
    counts: true,
    latencyMs: 850,
    firstTokenMs: null,
    wallTime: 1_764_000_000_000 + index,
    isHedge: false,
    outcome: {
      status: "answered",
      held: false,
      requestId: `request-${index}`,
      body: BODY,
      error: null,
      finishReason: "stop",
      usage: { inputTokens: 200, cachedTokens: 0, outputTokens: 100, reasoningTokens: 0, totalTokens: 300 },
      cost: 12_345,
      costSource: "provider",
      simulated: true,
      origin: "simulator",
      model: "grok-4.3",
    },
  };
}

async function plan(
  ledger: Ledger,
  hashes: Buffer,
  order: (place: number) => number,
  rows: number,
): Promise<void> {
  for (let start = 0; start < rows; start += STAGE_ROWS) {
    const length = Math.min(STAGE_ROWS, rows - start);
    await ledger.stage(Array.from({ length }, (_, place) => planRow(order(start + place), hashes)));
  }
  await ledger.compare();
  await ledger.adopt(SETTINGS, "ask-again");
}

async function sendAll(ledger: Ledger, rows: number): Promise<void> {
  let next = 0;
  const oneOfMany = async () => {
    while (next < rows) {
      const first = next;
      next = Math.min(rows, next + PER_TURN);
      const indexes = Array.from({ length: next - first }, (_, place) => first + place);
      await ledger.intend(indexes.map((index) => ({ index, atRisk: 20_000, wallTime: index })));
      await nextTurn();
      await ledger.settle(indexes.map(answered));
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT / PER_TURN }, oneOfMany));
}

export interface LedgerFigure {
  what: string;
  microsecondsPerRow: number;
  seconds: number;
  loopP99Ms: number;
}

const figures: LedgerFigure[] = [];

async function measured(what: string, rows: number, work: () => Promise<unknown>): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  delay.disable();
  const loopP99Ms = Math.max(0, delay.percentile(99) / 1e6 - 1);
  figures.push({ what, microsecondsPerRow: (user + system) / rows, seconds, loopP99Ms });
}

const rows = Number(process.argv[2]);
const folder = await mkdtemp(join(tmpdir(), "sluice-bench-"));
try {
  const path = join(folder, "bench.ledger");
  const hashes = Buffer.alloc((rows + 1) * 16);
  for (let index = 0; index <= rows; index += 1) {
    createHash("md5")
      .update(String(index))
      .digest()
      .copy(hashes, index * 16);
  }
  let ledger = await openLedger({ path, mode: "create-or-open" });
  const again = async () => {
    await ledger.close();
    ledger = await openLedger({ path, mode: "open" });
  };
  const begin = () => ledger.begin({ retryFailed: false, retryUnknown: false });
  await measured("plan: stage, compare, adopt", rows, () => plan(ledger, hashes, (place) => place, rows));
  await begin();
  await measured("intend and settle, 1.2 kB answers", rows, () => sendAll(ledger, rows));
  await measured("close, open, info, begin", rows, async () => {
    await again();
    await ledger.info();
    await begin();
  });
  await measured("read all in order", rows, async () => {
    for (let from = 0; from < rows; ) from += (await ledger.read(from, 1024, 1 << 20)).length;
  });
  await measured("plan again, one row inserted", rows, () =>
    plan(ledger, hashes, (place) => (place === 0 ? rows : place - 1), rows + 1),
  );
  await measured("plan again, shuffled", rows, () =>
    plan(ledger, hashes, (place) => (place * 7919) % rows, rows),
  );
  await ledger.close();
  console.log(JSON.stringify({ figures, bytesPerRow: (await stat(path)).size / rows }));
} finally {
  await rm(folder, { recursive: true });
}
