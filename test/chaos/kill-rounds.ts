import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatCount } from "../../src/model/count.ts";
import { formatUsd } from "../../src/model/money.ts";
import { startSimulator } from "../../src/simulator/index.ts";
import { playKillRound } from "./kill-round.ts";
import { seededRandom } from "./seeded-random.ts";

const MOST_KILLS = 3;
const LONGEST_LIFE_MS = 1800;

/** Plays the rounds and prints what they came to; how many promises were broken. */
export async function playKillRounds(rounds: number, rows: number, seed: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "sluice-chaos-"));
  await using simulator = await startSimulator({
    unlimited: true,
    latency: "lognormal:6ms,0.8",
    keep: 0,
    seed,
  });
  const random = seededRandom(seed);
  const sum = { kills: 0, received: 0, unknown: 0, atRisk: 0, broken: 0 };
  for (let round = 1; round <= rounds; round += 1) {
    const kills = Math.floor(random() * (MOST_KILLS + 1));
    const report = await playKillRound({
      folder,
      simulator,
      rows,
      kills,
      longestLifeMs: LONGEST_LIFE_MS,
      hedge: round % 2 === 0,
      random,
    });
    sum.kills += kills;
    sum.received += report.received;
    sum.unknown += report.unknown;
    sum.atRisk = Math.max(sum.atRisk, report.atRisk);
    sum.broken += report.broken.length;
    for (const broken of report.broken.slice(0, 5)) console.error(`round ${round}: ${broken}`);
    if (round % 10 === 0) console.error(`${round} of ${rounds} rounds`);
  }
  rmSync(folder, { recursive: true, force: true });
  console.log(
    [
      `${formatCount(rounds)} rounds of ${formatCount(rows)} rows, ${formatCount(sum.kills)} kills`,
      `${formatCount(sum.received - rounds * rows)} requests sent again`,
      `${formatCount(sum.unknown)} intents without an outcome at the kills`,
      `at most ${formatUsd(sum.atRisk)} at risk`,
      `${formatCount(sum.broken)} promises broken`,
    ].join(" · "),
  );
  return sum.broken;
}
