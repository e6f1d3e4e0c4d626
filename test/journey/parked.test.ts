import { expect, it } from "vitest";
import { answerWithEcho, fail, type Respond } from "./fake-provider.ts";
import { Workplace } from "./workplace.ts";

const QUESTIONS = Array.from({ length: 40 }, (_, index) => `q${index + 1}`);

/** Three answers are left of the day. */
const usedUp: Respond = (request, response) => {
  if (request.number <= 3) answerWithEcho(request, response);
  else {
    const error = { message: "Rate limit reached on requests per day (RPD): Limit 1000, Used 1000" };
    fail(response, 429, { error }, { "retry-after": "18000" });
  }
};

it("a run whose day is used up says until when it is parked, and ends at once on Ctrl-C", async () => {
  await using place = await Workplace.open(usedUp);
  place.questions(...QUESTIONS);
  const { child, ended, says } = place.startRun("--json");
  await says(
    /^m is parked until (?:\w{3} \w{3} \d\d )?\d\d:\d\d:\d\d: the daily limit of 1,000 requests is used up\./m,
  );
  const { stdout } = await place.sluice(["status", "out.jsonl"]);
  expect(stdout).toMatch(/m is parked for another 5h 0\dm, until .*: the daily limit/);
  child.kill("SIGINT");
  const { code, stdout: json, stderr } = await ended;
  expect(code).toBe(130);
  expect(stderr).toMatch(/^Parked {4}m until /m);
  const summary: { answered: number; parked: { lane: string; until: string }[] } = JSON.parse(json);
  expect(summary).toMatchObject({ answered: 3, parked: [{ lane: "m" }] });
  const waits = Date.parse(summary.parked[0]?.until ?? "") - Date.now();
  expect(waits).toBeGreaterThan(4.9 * 3_600_000);
});

it("a parked run that is killed has sent nothing whose outcome is unknown, and the next one finishes it", async () => {
  await using place = await Workplace.open(usedUp);
  place.questions(...QUESTIONS);
  const { child, ended, says } = place.startRun();
  await says(/is parked until/);
  const status = async () => JSON.parse((await place.sluice(["status", "out.jsonl", "--json"])).stdout);
  let report = await status();
  while (report.unknown > 0 || report.live?.in_flight > 0) report = await status();
  expect(report).toMatchObject({ answered: 3, unknown: 0, todo: 37, live: { phase: "paused" } });
  child.kill("SIGKILL");
  await ended;
  expect((await status()).sent_without_outcome).toMatchObject({ rows: 0 });
  place.provider.respond = answerWithEcho;
  const again = await place.startRun().ended;
  expect(again).toMatchObject({ code: 0 });
  expect(again.stderr).not.toContain("sent by an earlier run");
  expect(place.says()).toEqual(QUESTIONS.map((question) => `echo ${question}`));
});
