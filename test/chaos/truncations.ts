import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSimulator } from "../../src/simulator/index.ts";
import { seededRandom } from "./seeded-random.ts";
import { beginAgain, VICTIMS, wreck } from "./truncation.ts";

/** So many cuts are made into what one killed run left. */
const CUTS_PER_WRECK = 50;
const ROWS = 300;

/** Cuts each file so many times and prints what came of it; how many promises were broken. */
export async function playTruncations(cuts: number, seed: number): Promise<number> {
  const random = seededRandom(seed);
  let sum = 0;
  await using simulator = await startSimulator({ unlimited: true, latency: "1ms-5ms", keep: 0 });
  for (const victim of VICTIMS) {
    const root = mkdtempSync(join(tmpdir(), "sluice-truncation-"));
    const count = { refused: 0, lossy: 0, lost: 0, broken: 0 };
    for (let cut = 0, remains = null; cut < cuts; cut += 1) {
      if (remains === null || cut % CUTS_PER_WRECK === 0) {
        const folder = join(root, `wreck-${cut}`);
        mkdirSync(folder);
        remains = await wreck(folder, simulator, ROWS);
      }
      const { refused, lost, broken } = await beginAgain(remains, victim, random(), simulator);
      count.refused += refused ? 1 : 0;
      count.lossy += lost > 0 ? 1 : 0;
      count.lost += lost;
      count.broken += broken.length;
      for (const promise of broken) console.error(promise);
    }
    rmSync(root, { recursive: true, force: true });
    sum += count.broken;
    console.log(
      `${victim} cut ${cuts} times: ${count.refused} refused with nothing touched, ${count.lossy} said to be cut short ` +
        `(${count.lost} answered rows sent again), the others whole · ${count.broken} promises broken`,
    );
  }
  return sum;
}
