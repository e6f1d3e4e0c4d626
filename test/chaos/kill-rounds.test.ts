import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startSimulator } from "../../src/simulator/index.ts";
import { playKillRound } from "./kill-round.ts";
import { seededRandom } from "./seeded-random.ts";

/** The short form; `npm run test:chaos` plays 200 rounds of 2,000 rows. */
const ROUNDS = 4;

it("loses nothing, doubles nothing and knows the money at risk, killed at random instants", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-chaos-"));
  await using simulator = await startSimulator({ unlimited: true, latency: "lognormal:6ms,0.8", keep: 0 });
  const random = seededRandom(1);
  for (let round = 0; round < ROUNDS; round += 1) {
    const report = await playKillRound({
      folder,
      simulator,
      rows: 400,
      kills: round % 3,
      longestLifeMs: 1200,
      hedge: round >= ROUNDS / 2,
      random,
    });
    expect(report.broken).toEqual([]);
  }
  rmSync(folder, { recursive: true, force: true });
}, 120_000);
