import { expect, it } from "vitest";
import { LateLook } from "../../src/engine/late-look.ts";

it("attempts may be judged at any time, where looks come when they are due or a little later", () => {
  const look = new LateLook();
  expect(look.mayJudge(500, 1000)).toBe(true);
  expect(look.mayJudge(1200, 1000)).toBe(true);
  expect(look.judgeAt(1000)).toBe(1000);
});

it("five seconds are for reading first where a look comes late, once for each stop", () => {
  const look = new LateLook();
  expect(look.mayJudge(9000, 1000)).toBe(false);
  expect(look.judgeAt(1000)).toBe(14_000);
  expect(look.mayJudge(13_999, 1000)).toBe(false);
  expect(look.mayJudge(14_000, 1000)).toBe(true);
  expect(look.mayJudge(30_000, 1000)).toBe(false);
  expect(look.mayJudge(35_000, 1000)).toBe(true);
});
