import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startSimulator } from "../../src/simulator/index.ts";
import { seededRandom } from "./seeded-random.ts";
import { beginAgain, VICTIMS, wreck } from "./truncation.ts";

/** The short form; `npm run test:chaos -- --truncations` cuts each file 500 times. */
const CUTS = 6;

it.each(VICTIMS)(
  "gives no wrong answer and loses none without a word, %s cut anywhere",
  async (victim) => {
    const root = mkdtempSync(join(tmpdir(), "sluice-truncation-"));
    const folder = join(root, "wreck");
    mkdirSync(folder);
    await using simulator = await startSimulator({ unlimited: true, latency: "1ms-5ms", keep: 0 });
    const random = seededRandom(1);
    const remains = await wreck(folder, simulator, 100);
    expect(remains.answered).toBeGreaterThan(0);
    for (let cut = 0; cut < CUTS; cut += 1) {
      expect((await beginAgain(remains, victim, random(), simulator)).broken).toEqual([]);
    }
    rmSync(root, { recursive: true, force: true });
  },
  120_000,
);
