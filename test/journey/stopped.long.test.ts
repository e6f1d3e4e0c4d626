import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { HeldRequests } from "./held-requests.ts";
import { Workplace } from "./workplace.ts";

const QUESTIONS = Array.from({ length: 8 }, (_, index) => `q${index + 1}`);
const TIMEOUT_MS = 600;

it.each([
  ["--timeout", []],
  ["--silence-timeout", ["--timeout", "1h"]],
])("a process that was stopped for longer than %s takes what came meanwhile", async (limit, more) => {
  const held = new HeldRequests();
  await using place = await Workplace.open(held.hold);
  place.questions(...QUESTIONS);
  const { child, ended } = place.startRun("-j", "4", limit, `${TIMEOUT_MS}ms`, ...more, "--json");
  await place.provider.arrivals(4);
  child.kill("SIGSTOP");
  held.release();
  await sleep(2 * TIMEOUT_MS);
  child.kill("SIGCONT");

  const { code, stdout } = await ended;
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ answered: 8, attempts: 8, retries: 0 });
  expect(place.provider.received).toHaveLength(8);
  expect(place.says()).toEqual(QUESTIONS.map((question) => `echo ${question}`));
});
