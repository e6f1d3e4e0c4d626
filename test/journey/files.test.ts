import { appendFileSync, rmSync, truncateSync } from "node:fs";
import { expect, it } from "vitest";
import { HeldRequests } from "./held-requests.ts";
import { Workplace } from "./workplace.ts";

it("never overwrites an OUTPUT that has no ledger, unless told to", async () => {
  await using place = await Workplace.open();
  place.questions("q1");
  place.write("out.jsonl", "precious\n");

  for (const more of [[], ["--fresh"]]) {
    const { code, stderr } = await place.run(...more);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/^out\.jsonl exists, .*--overwrite/),
    });
    expect(place.read("out.jsonl")).toBe("precious\n");
  }
  expect((await place.run("--overwrite")).code).toBe(0);
  expect(place.files()).toEqual(["in.jsonl", "out.jsonl", "out.jsonl.ledger"]);
  expect(place.says()).toEqual(["echo q1"]);
});

it("rebuilds an OUTPUT that is gone, edited or shortened, free, and keeps what was there", async () => {
  await using place = await Workplace.open();
  place.questions("q1", "q2");
  await place.run();
  const whole = place.read("out.jsonl");

  rmSync(place.path("out.jsonl"));
  expect((await place.run()).code).toBe(0);
  expect(place.read("out.jsonl")).toBe(whole);

  appendFileSync(place.path("out.jsonl"), "a note\n");
  const edited = await place.run();
  expect(edited.stderr).toContain("kept as out.jsonl.bak and rebuilt");
  expect(place.read("out.jsonl.bak")).toBe(`${whole}a note\n`);

  truncateSync(place.path("out.jsonl"), 30);
  await place.run();
  expect(place.read("out.jsonl.bak.1")).toBe(whole.slice(0, 30));
  expect(place.read("out.jsonl")).toBe(whole);
  expect(place.provider.received).toEqual([]);
});

it("keeps every ledger that --fresh puts aside, however quickly one follows another", async () => {
  await using place = await Workplace.open();
  place.questions("q1");
  await place.run();
  for (let times = 0; times < 3; times += 1) {
    expect((await place.run("--fresh")).code).toBe(0);
    expect(place.provider.prompts()).toEqual(["q1"]);
  }

  expect(
    place.files().filter((name) => /^out\.jsonl\.ledger\.\d{4}-\d\d-\d\d-\d{6}(-\d)?$/.test(name)),
  ).toHaveLength(3);
  expect(place.files().filter((name) => /^out\.jsonl\.\d{4}-\d\d-\d\d-\d{6}(-\d)?$/.test(name))).toHaveLength(
    3,
  );
});

it("takes OUTPUT or its ledger in every command", async () => {
  await using place = await Workplace.open();
  place.questions("q1");
  await place.run("--ledger", "paid.db");

  for (const name of ["paid.db"]) {
    expect((await place.sluice(["status", name])).stdout).toMatch(/^1 row of in\.jsonl: 1 answered\n/);
  }
  const lost = await place.sluice(["status", "out.jsonl"]);
  expect(lost).toMatchObject({ code: 2, stderr: expect.stringMatching(/^out\.jsonl has no ledger/) });

  place.questions("q1", "q2");
  const usual = ["--base-url", place.provider.baseUrl, "-m", "m", "--prompt", "{{ question }}"];
  await place.sluice(["run", "in.jsonl", "-o", "two.jsonl", ...usual]);
  place.provider.clear();
  expect((await place.sluice(["run", "in.jsonl", "-o", "two.jsonl.ledger", ...usual])).code).toBe(0);
  expect(place.provider.received).toEqual([]);
  for (const name of ["two.jsonl", "two.jsonl.ledger"]) {
    expect((await place.sluice(["status", name])).stdout).toContain("2 answered");
    const exported = await place.sluice(["export", name, "-o", "-", "--format", "text"]);
    expect(exported.stdout).toBe("echo q1\necho q2\n");
  }
  expect((await place.sluice(["export", "two.jsonl", "-o", "out.jsonl"])).code).toBe(2);
});

it("refuses a second run on a ledger in use, also with --fresh, while status goes on looking", async () => {
  const held = new HeldRequests();
  await using place = await Workplace.open(held.hold);
  place.questions("q1", "q2");
  const running = place.startRun();
  await place.provider.arrivals(2);
  const files = place.files();

  for (const more of [[], ["--fresh"]]) {
    const second = await place.sluice(["run", "in.jsonl", ...place.usual, ...more]);
    expect(second).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`in use by process ${running.child.pid}`),
    });
  }
  expect(place.files()).toEqual(files);
  const { stdout } = await place.sluice(["status", "out.jsonl"]);
  expect(stdout).toMatch(/^2 rows of in\.jsonl: 0 answered, 2 to do\n\$0\.00 spent\nrunning: process \d+ /);
  expect(stdout).not.toContain("at risk");

  held.release();
  expect((await running.ended).code).toBe(0);
  expect(place.says()).toEqual(["echo q1", "echo q2"]);
  expect(place.files()).toEqual(["in.jsonl", "out.jsonl", "out.jsonl.ledger"]);
});

it("changes format and order between runs, free", async () => {
  await using place = await Workplace.open();
  place.questions("q1", "q2");
  await place.run();
  const lines = place.read("out.jsonl");
  await place.run("--format", "text");

  expect(place.read("out.jsonl")).toBe("echo q1\necho q2\n");
  await place.run("--order", "completion");
  expect(place.says().toSorted()).toEqual(["echo q1", "echo q2"]);
  await place.run();
  expect(place.read("out.jsonl")).toBe(lines);
  expect(place.provider.received).toEqual([]);
});
