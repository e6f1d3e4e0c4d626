import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { answerWithEcho } from "./fake-provider.ts";
import { HeldRequests } from "./held-requests.ts";
import { Workplace } from "./workplace.ts";

const QUESTIONS = Array.from({ length: 8 }, (_, index) => `q${index + 1}`);
const ECHOES = QUESTIONS.map((question) => `echo ${question}`);

it.concurrent.each<[NodeJS.Signals, number, RegExp]>([
  [
    "SIGINT",
    130,
    /^Ctrl-C: no more rows are sent; waiting for answers in flight \(Ctrl-C once more stops at once\)\.$/m,
  ],
  ["SIGTERM", 143, /^SIGTERM: no more rows are sent; waiting for answers in flight, for at most 8s\.$/m],
  ["SIGHUP", 129, /^SIGHUP: no more rows are sent/m],
])("%s brings home what is in flight and sends nothing more", async (signal, exit, words) => {
  const held = new HeldRequests();
  await using place = await Workplace.open(held.hold);
  place.questions(...QUESTIONS);
  const { child, ended, says } = place.startRun("-j", "3");
  await place.provider.arrivals(3);
  child.kill(signal);
  await says(words);
  held.release();

  expect((await ended).code).toBe(exit);
  expect(place.provider.received).toHaveLength(3);
  expect(place.says()).toEqual(ECHOES.slice(0, 3));
  const again = await place.run();
  expect(again.stderr).not.toContain("earlier run");
  expect({ code: again.code, sent: place.provider.prompts() }).toEqual({ code: 0, sent: QUESTIONS.slice(3) });
  expect(place.says()).toEqual(ECHOES);
});

it("exits 0 when the drain finishes the last row", async () => {
  const held = new HeldRequests();
  await using place = await Workplace.open(held.hold);
  place.questions("q1", "q2");
  const { child, ended, says } = place.startRun();
  await place.provider.arrivals(2);
  child.kill("SIGINT");
  await says(/Ctrl-C/);
  held.release();

  expect((await ended).code).toBe(0);
});

it("stops at the second Ctrl-C; the next run tells what may have been billed and asks again", async () => {
  const held = new HeldRequests();
  await using place = await Workplace.open(held.hold);
  place.questions(...QUESTIONS);
  const { child, ended, says } = place.startRun("-j", "3", "--json");
  await place.provider.arrivals(3);
  child.kill("SIGINT");
  await says(/Ctrl-C/);
  child.kill("SIGINT");
  const stopped = await ended;

  expect(stopped).toMatchObject({
    code: 130,
    stderr: expect.stringMatching(
      /^Stopping now: 3 answers in flight are given up and may have been billed; .*\n[\s\S]*3 attempts of unknown cost at risk/m,
    ),
  });
  expect(JSON.parse(stopped.stdout)).toMatchObject({
    attempts: 3,
    endings: { "given-up": 3 },
    this_run: { unpriced_at_risk_attempts: 3 },
  });
  const { stdout } = await place.sluice(["status", "out.jsonl"]);
  expect(stdout).toMatch(/to do\n.*\n3 rows were sent by an earlier run/);
  expect(stdout).not.toContain("not sent");
  place.provider.respond = answerWithEcho;
  const again = await place.run();
  expect(again.stderr).toMatch(
    /^3 rows were sent by an earlier run that ended before the answers came; what they may/,
  );
  expect({ code: again.code, says: place.says() }).toEqual({ code: 0, says: ECHOES });
});

it("says beforehand that a rejected row in flight at the end is sent by the same command", async () => {
  const held = new HeldRequests();
  await using place = await Workplace.open((_, response) => void response.writeHead(400).end());
  place.questions("q1", "q2", "q3");
  await place.run();
  place.provider.respond = held.hold;
  const { child, ended } = place.startRun("--retry-failed", "-j", "1", "--drain-timeout", "100ms");
  await place.provider.arrivals(1);
  child.kill("SIGINT");
  await ended;

  const status = await place.sluice(["status", "out.jsonl", "--json"]);
  place.provider.respond = answerWithEcho;
  await place.run();
  const sent = place.provider.received.length;
  expect(sent).toBeGreaterThan(0);
  expect(JSON.parse(status.stdout).a_rerun_sends).toEqual({
    plain: sent,
    retry_failed: 3,
    retry_unknown: sent,
  });
});

it("gives up after --drain-timeout", async () => {
  const held = new HeldRequests();
  await using place = await Workplace.open(held.hold);
  place.questions("q1");
  const { child, ended } = place.startRun("--drain-timeout", "300ms");
  await place.provider.arrivals(1);
  child.kill("SIGTERM");

  expect(await ended).toMatchObject({
    code: 143,
    stderr: expect.stringMatching(/^After 300ms: 1 answer in flight is given up and may have been billed;/m),
  });
});

it.runIf(existsSync("/dev/full"))(
  "ends at the third Ctrl-C where a full disk holds up the stop",
  async () => {
    await using place = await Workplace.open();
    place.questions("q1");
    const { child, ended, says } = place.startRun("-o", "/dev/full", "--ledger", "kept.ledger");
    await says(/^\/dev\/full cannot be written: no space left/m);
    for (const words of [
      /^Ctrl-C: no more rows/m,
      /^Stopping now/m,
      /; Ctrl-C once more ends the process at once\./,
    ]) {
      child.kill("SIGINT");
      await says(words);
    }
    child.kill("SIGINT");

    expect(await ended).toMatchObject({ code: null, signal: "SIGINT" });
    await place.sluice(["export", "kept.ledger", "-o", "out.jsonl"]);
    expect(place.says()).toEqual(["echo q1"]);
  },
);

it("is complete, in order and a valid prefix after kills at any moment", async () => {
  await using place = await Workplace.open((request, response) => {
    setTimeout(() => answerWithEcho(request, response), 15);
  });
  const questions = Array.from({ length: 150 }, (_, index) => `q${index + 1}`);
  place.questions(...questions);
  const received: string[] = [];
  let unknown = 0;
  for (const moment of [1, 40, 90]) {
    const { child, ended } = place.startRun("-j", "4");
    await place.provider.arrivals(moment);
    await sleep(moment % 7);
    child.kill("SIGKILL");
    expect((await ended).signal).toBe("SIGKILL");
    received.push(...place.provider.prompts());
    const text = place.has("out.jsonl") ? place.read("out.jsonl") : "";
    const whole = text
      .slice(0, text.lastIndexOf("\n") + 1)
      .split("\n")
      .slice(0, -1);
    expect(whole.map((line) => JSON.parse(line).custom_id)).toEqual(
      whole.map((_, index) => `request-${index + 1}`),
    );
    const { stdout } = await place.sluice(["status", "out.jsonl", "--json"]);
    unknown += JSON.parse(stdout).sent_without_outcome.rows;
  }
  const last = await place.run();
  received.push(...place.provider.prompts());

  expect(last.code).toBe(0);
  expect(place.says()).toEqual(questions.map((question) => `echo ${question}`));
  expect(new Set(received)).toEqual(new Set(questions));
  expect(received.length).toBeLessThanOrEqual(questions.length + unknown);
  expect(place.files()).toEqual(["in.jsonl", "out.jsonl", "out.jsonl.ledger"]);
});

it("keeps a whole OUTPUT whole when a rerun is stopped", async () => {
  const held = new HeldRequests();
  await using place = await Workplace.open((_, response) => void response.writeHead(500).end());
  place.questions("q1", "q2", "q3", "q4");
  await place.run("--max-attempts", "1");
  expect(place.says()).toEqual(["HTTP 500", "HTTP 500", "HTTP 500", "HTTP 500"]);
  place.provider.respond = held.hold;
  const { child, ended, says } = place.startRun("-j", "2");
  await place.provider.arrivals(2);
  child.kill("SIGINT");
  await says(/Ctrl-C/);
  held.release();

  expect(await ended).toMatchObject({
    code: 130,
    stderr: expect.stringContaining("4 rows · 2 answered · 2 failed"),
  });
  expect(place.says()).toEqual(["echo q1", "echo q2", "HTTP 500", "HTTP 500"]);
});

it("drains quietly when the reader of its output has gone", async () => {
  await using place = await Workplace.open((request, response) => {
    setTimeout(() => answerWithEcho(request, response), 10);
  });
  place.questions(...Array.from({ length: 400 }, (_, index) => `q${index + 1}`));
  const args = ["-o", "-", "--ledger", "l.ledger", "--base-url", place.provider.baseUrl, "-m", "m"];
  const { child, ended } = place.start(["run", "in.jsonl", ...args, "--prompt", "{{ question }}", "-j", "2"]);
  child.stdout.once("data", () => child.stdout.destroy());
  const { code, stderr } = await ended;

  expect(code).toBe(1);
  expect(stderr).not.toMatch(/EPIPE|Stopping|^ {4}at /m);
  expect(place.provider.received.length).toBeLessThan(400);
});
