import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readLedgerInfo } from "../../src/ledger/index.ts";
import { type Simulator, startSimulator } from "../../src/simulator/index.ts";
import { Workplace } from "./workplace.ts";

/** The last request is the straggler, so that a hundred answers are there to judge it by. */
const ROWS = 130;
const STRAGGLER = `hang#${ROWS}`;

let place: Workplace;
let simulator: Simulator;
beforeEach(async () => {
  place = await Workplace.open();
  place.questions(...Array.from({ length: ROWS }, (_, index) => `question ${index + 1}`));
});
afterEach(async () => {
  await place[Symbol.asyncDispose]();
  await simulator.close();
});

async function serve(faults: readonly string[], latency = "20ms-40ms") {
  simulator = await startSimulator({ port: 0, unlimited: true, faults, latency });
}

function args(...more: string[]) {
  const rehearsal = ["--provider", "simulator", "--base-url", simulator.baseUrl];
  const question = ["-o", "out.jsonl", "-m", "grok-4.3", "--prompt", "{{ question }}"];
  return ["run", "in.jsonl", ...question, ...rehearsal, "--json", "-j", "8", ...more];
}

describe("with --hedge", () => {
  it.each([
    ["whole", []],
    ["as streams", ["--stream"]],
  ])("a request that hangs is answered by its second copy, where answers come %s", async (_, how) => {
    await serve([STRAGGLER]);
    const { code, stdout } = await place.sluice(args("--hedge", ...how));
    expect(code).toBe(0);
    const summary = JSON.parse(stdout);
    expect(summary).toMatchObject({ answered: ROWS, hedges_won: 1, endings: { outrun: expect.any(Number) } });
    expect(summary.hedge_at_risk_usd).toBeGreaterThan(0);
    expect(summary.at_risk_usd).toBe(summary.hedge_at_risk_usd);
    expect(summary.retries).toBe(0);
    expect(place.says().filter((said) => said.startsWith("Echo: question"))).toHaveLength(ROWS);
    // What was billed is in the ledger, or at risk there.
    const billed = simulator.stats().ticks;
    const { totals } = await readLedgerInfo(place.path("out.jsonl.ledger"));
    expect(billed - totals.cost).toBeGreaterThanOrEqual(0);
    expect(billed - totals.cost).toBeLessThanOrEqual(totals.atRisk);
    expect(totals.attempts.pending ?? 0).toBe(0);
  });

  it("a run that is killed under two attempts at a row leaves one row to be sent again", async () => {
    await serve([STRAGGLER, `hang#${ROWS + 1}`]);
    const run = place.start(args("--hedge"));
    const ledger = place.path("out.jsonl.ledger");
    while (simulator.stats().requests.length <= ROWS) await new Promise(setImmediate);
    run.child.kill("SIGKILL");
    await run.ended;
    const left = await readLedgerInfo(ledger);
    expect(left.unknown.rows).toBe(1);
    expect(left.totals.attempts.pending).toBe(2);
    expect(left.unknown.atRisk).toBeGreaterThan(0);
    const again = await place.sluice(args());
    expect(again.code).toBe(0);
    expect(again.stderr).toContain("1 row was sent by an earlier run");
    expect(JSON.parse(again.stdout)).toMatchObject({ answered: ROWS, this_run: { answered: 1 } });
    expect(simulator.stats().requests).toHaveLength(ROWS + 2);
  });
});
