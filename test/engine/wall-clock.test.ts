import { expect, it } from "vitest";
import { startEngine } from "./engine.ts";
import { answer, throttled } from "./wire-ends.ts";

const FIVE_PER_SECOND = [{ dimension: "requests", perWindow: 5, windowMs: 1000, source: "flag" }] as const;
const HOUR_MS = 3_600_000;

/** When each row was sent, with a wall clock that shows what it is told to. */
async function sentUnder(wall: (now: number) => number): Promise<number[]> {
  const engine = await startEngine({
    rows: 30,
    limits: FIVE_PER_SECOND,
    script: ({ row, attempt }) =>
      row === 12 && attempt === 0 ? throttled() : { afterMs: 300, end: answer() },
  });
  const { now } = engine.clock;
  engine.clock.wall = () => wall(now());
  await engine.end();
  return engine.transport.sent.map(({ now: at }) => at);
}

it("keeps its pace and its pauses through jumps of the wall clock", async () => {
  const steady = await sentUnder((now) => now);
  expect(steady).toHaveLength(31);

  expect(await sentUnder((now) => (now > 2000 ? now + HOUR_MS : now))).toEqual(steady);
  expect(await sentUnder((now) => (now > 2000 ? now - 24 * HOUR_MS : now))).toEqual(steady);
});
