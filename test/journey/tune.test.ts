import { expect, it } from "vitest";
import { HeldRequests } from "./held-requests.ts";
import { Workplace } from "./workplace.ts";

const QUESTIONS = Array.from({ length: 30 }, (_, index) => `q${index + 1}`);

it("gives a run that is going other limits, pauses it and lets it go on", async () => {
  const held = new HeldRequests();
  await using place = await Workplace.open(held.hold);
  place.questions(...QUESTIONS);
  const { ended } = place.startRun("-j", "2");
  await place.provider.arrivals(2);

  const widened = await place.sluice(["tune", "out.jsonl", "-j", "5", "--rpm", "90000"]);
  expect(widened).toMatchObject({ code: 0, stderr: "" });
  expect(widened.stdout).toMatch(/^m: \d in flight, .* of 90,000 requests\/min \(flag\)$/m);
  await place.provider.arrivals(5);

  const paused = await place.sluice(["tune", "out.jsonl.ledger", "--pause"]);
  expect(paused.stdout).toContain("paused by sluice tune");
  held.release();
  const status = async () => (await place.sluice(["status", "out.jsonl", "--json"])).stdout;
  let live: { phase: string; in_flight: number };
  do ({ live } = JSON.parse(await status()));
  while (live.in_flight > 0);
  expect(live).toMatchObject({
    phase: "paused",
    bound_by: "halt",
    limits: [{ lane: "m", source: "flag", per_window: 90_000 }],
  });
  expect(place.provider.received).toHaveLength(5);
  expect((await place.sluice(["status", "out.jsonl"])).stdout).toContain("paused by sluice tune");

  await place.sluice(["tune", "out.jsonl", "--resume", "--rpm", "default", "-j", "default"]);
  expect((await ended).code).toBe(0);
  expect(place.says()).toEqual(QUESTIONS.map((question) => `echo ${question}`));
  expect(place.files()).toEqual(["in.jsonl", "out.jsonl", "out.jsonl.ledger"]);
});

it("remembers nothing of it for the next run", async () => {
  const held = new HeldRequests();
  await using place = await Workplace.open(held.hold);
  place.questions(...QUESTIONS.slice(0, 6));
  const first = place.startRun("-j", "1");
  await place.provider.arrivals(1);
  await place.sluice(["tune", "out.jsonl", "-j", "3"]);
  await place.provider.arrivals(3);
  first.child.kill("SIGKILL");
  await first.ended;
  const again = place.startRun("-j", "1");
  await place.provider.arrivals(1);
  expect(place.provider.received).toHaveLength(1);
  held.release();
  expect((await again.ended).code).toBe(0);
});

it.each<[string, readonly string[], RegExp]>([
  ["nothing to change", ["out.jsonl"], /^Nothing to change was given; say a limit, such as --rps 80/],
  ["a rate of zero", ["out.jsonl", "--rps", "0"], /^--rps 0: it takes a number above 0/],
  [
    "half a request",
    ["out.jsonl", "-j", "0.5"],
    /^--max-concurrent 0\.5: it takes a whole number, 1 or more/,
  ],
  ["both at once", ["out.jsonl", "--pause", "--resume"], /^--pause and --resume exclude each other/],
  ["no ledger", ["other.jsonl", "--pause"], /^other\.jsonl has no ledger/],
  ["no run", ["out.jsonl", "--pause"], /^out\.jsonl: no run is going on, so there is nothing to tune/],
])("refuses %s in one sentence", async (_, args, sentence) => {
  await using place = await Workplace.open();
  place.questions("q1");
  await place.run();
  const { code, stdout, stderr } = await place.sluice(["tune", ...args]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(sentence);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
});
