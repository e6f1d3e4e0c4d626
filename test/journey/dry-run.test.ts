import { hash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { answer, type Respond } from "./fake-provider.ts";
import { Workplace } from "./workplace.ts";

const QUESTIONS = Array.from({ length: 40 }, (_, place) => `q${place + 1}`);
const PRICED = ["--provider", "xai", "-m", "grok-4.3"];

/** Answers of 100 tokens in and 20 or 40 out, at one or two tenths of a cent. */
const costly: Respond = ({ number }, response) => {
  const times = 1 + (number % 2);
  answer(response, "x", {
    usage: {
      ...{ prompt_tokens: 100, completion_tokens: 20 * times, total_tokens: 100 + 20 * times },
      cost_in_usd_ticks: 1e7 * times,
    },
  });
};

/** Every file with its bytes and its times. */
function state(place: Workplace): string[] {
  return place.files().map((name) => {
    const facts = statSync(place.path(name));
    const digest = facts.isFile() ? hash("md5", readFileSync(place.path(name))) : "a socket";
    return `${name} ${facts.ino} ${facts.mtimeMs} ${digest}`;
  });
}

describe("--dry-run", () => {
  it("tells what a run would do, sends nothing and leaves no file, also without a key", async () => {
    await using place = await Workplace.open(costly);
    place.questions(...QUESTIONS);
    const before = state(place);
    const { code, stdout, stderr } = await place.run(...PRICED, "--max-tokens", "100", "--dry-run");

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("Dry run: nothing was sent, and no file was changed.\n");
    expect(stdout).toMatch(/^Rows +40 rows, 40 to send$/m);
    expect(stdout).toMatch(/^Tokens +[\d,]+ in, 2,000–4,000 out$/m);
    expect(stdout).toMatch(/^Money +\$[\d.]+–\$[\d.]+$/m);
    expect(stdout).toMatch(/^Time +at least 1\.1s$/m);
    expect(stdout).toMatch(/^Binds +37 requests\/s \(published for tier 0\)$/m);
    expect(state(place)).toEqual(before);
    expect(place.provider.received).toEqual([]);
    const own = ["run", "in.jsonl", "-o", "out.jsonl", "-m", "grok-4.3", "--prompt", "{{ question }}"];
    expect((await place.sluice([...own, "--dry-run"])).code).toBe(0);
    expect(state(place)).toEqual(before);
  });

  it("goes by the answers that are there, which a run never pays again, and touches none of its files", async () => {
    await using place = await Workplace.open(costly);
    place.questions(...QUESTIONS);
    await place.run(...PRICED, "--limit", "20");
    const before = state(place);
    const told = await place.run(...PRICED, "--dry-run", "--json", "--budget", "0.05", "-j", "2");

    expect(told.code).toBe(0);
    expect(state(place)).toEqual(before);
    const json = JSON.parse(told.stdout);
    expect(json).toMatchObject({
      ...{ dry_run: true, rows: 40, to_send: 20, rehearsal: false },
      input_tokens: { low: 2000, high: 2000 },
      models: [{ model: "grok-4.3", to_send: 20, projected_from_answers: 20 }],
      budget: { usd: 0.05, spent_usd: 0.03, mode: "learned", lasts_for_rows: { low: 11 } },
    });
    // 20 answers at 1.5 ± 0.5 thousandths of a dollar, told within two deviations.
    expect(json.cost_usd.low).toBeCloseTo(0.0237, 3);
    expect(json.cost_usd.high).toBeCloseTo(0.0363, 3);
    expect(json.budget.passed_at_most_usd).toBeGreaterThan(5);
    expect(json.binds).toMatch(/^the budget, after 1\d–1\d of 20 rows; until then /);

    const text = (await place.run(...PRICED, "--dry-run")).stdout;
    expect(text).toMatch(/^Rows +40 rows, 20 to send; 20 answered$/m);
    expect(text).toMatch(
      /^Goes by +the last 20 answers of grok-4\.3: 100 ± 0 tokens in, 30 ± 10 out, \$0\.0015 ± \$0\.00050; they are kept and never paid again$/m,
    );
    expect(state(place)).toEqual(before);
    expect((await place.run(...PRICED)).code).toBe(0);
    expect(place.provider.received).toHaveLength(20);
    expect((await place.run(...PRICED, "--dry-run")).stdout).toMatch(
      /^Rows +40 rows, 0 to send; 40 answered$/m,
    );
  });

  it("knows what a killed run left, and leaves that as it is", async () => {
    await using place = await Workplace.open(costly);
    place.questions(...QUESTIONS);
    const run = place.startRun(...PRICED, "--limit", "20", "-j", "1");
    await place.provider.arrivals(5);
    run.child.kill("SIGKILL");
    await run.ended;
    const before = state(place);
    expect(place.files()).toContain("out.jsonl.ledger-wal");
    const { code, stdout, stderr } = await place.run(...PRICED, "--dry-run");

    expect(code).toBe(0);
    expect(stderr).toContain("sent by an earlier run that ended before the answers came");
    expect(stdout).toMatch(/^Rows +40 rows, (?:3\d to send; \d answered|40 to send; \d unknown)/m);
    expect(state(place)).toEqual(before);
    expect(place.provider.received).toEqual([]);
  });

  it("refuses what the run would refuse, in the same words", async () => {
    await using place = await Workplace.open(costly);
    place.questions(...QUESTIONS);
    await place.run(...PRICED, "--limit", "3");
    place.write("bad.jsonl", '{"question": 1}\n{"question\n');
    place.write("theirs.jsonl", "mine\n");
    const asking = ["--base-url", place.provider.baseUrl, ...PRICED, "--prompt", "{{ question }}"];
    const refused = async (input: string, output: string, ...more: string[]) => {
      const args = ["run", input, "-o", output, ...asking, ...more];
      const real = await place.sluice(args);
      const dry = await place.sluice([...args, "--dry-run"]);
      expect(real).toMatchObject({ code: 2, stdout: "" });
      expect(dry).toEqual(real);
    };
    await Promise.all([
      refused("bad.jsonl", "a.jsonl"),
      refused("in.jsonl", "theirs.jsonl"),
      refused("in.jsonl", "out.jsonl", "-m", "grok-4.7"),
      refused("in.jsonl", "b.jsonl", "--ledger", "bad.jsonl"),
    ]);
  });

  it("refuses while a run has the ledger open", async () => {
    await using place = await Workplace.open(costly);
    place.questions(...QUESTIONS);
    const live = place.startRun(...PRICED, "-j", "1", "--rps", "1");
    await place.provider.arrivals(1);
    const { code, stderr } = await place.run(...PRICED, "--dry-run");
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/ledger is in use by process/),
    });
    live.child.kill("SIGKILL");
    await live.ended;
  });
});
