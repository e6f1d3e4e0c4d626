import { expect, it } from "vitest";
import { Workplace } from "./workplace.ts";

it("helps in lines of at most 80 columns, with a default for every option that has one", async () => {
  await using place = await Workplace.open();
  for (const command of [[], ["run"], ["status"], ["export"], ["simulate"]]) {
    const { code, stdout, stderr } = await place.sluice([...command, "--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  }
  const { stdout } = await place.sluice(["run", "--help"]);
  for (const group of ["Files:", "Who is asked:", "How fast:", "How much:", "Running again:"]) {
    expect(stdout).toContain(`\n${group}\n`);
  }
  expect(stdout).toMatch(/--timeout <duration> .*\(default: 1h;/);
  expect(stdout).toMatch(/--max-attempts <count> .*\(default: 8\)/);
});

it("answers a word alone, a wrong word and a wrong option in a sentence, with exit 2", async () => {
  await using place = await Workplace.open();
  const said = async (...args: string[]) => {
    const { code, stdout, stderr } = await place.sluice(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    return stderr.trimEnd();
  };

  expect(await said()).toMatch(/^Usage: sluice COMMAND/);
  expect(await said("runn")).toBe("runn is no command of sluice; did you mean run?");
  expect(await said("help", "runn")).toBe("runn is no command of sluice; did you mean run?");
  expect(await said("run")).toBe("sluice run needs INPUT; sluice run --help shows how");
  expect(await said("status", "a", "b")).toMatch(/^sluice status takes one file/);
  expect(await said("status", "nothing.jsonl")).toMatch(/^nothing\.jsonl has no ledger/);
});

it("prints its version for -V, on every command", async () => {
  await using place = await Workplace.open();
  for (const args of [["-V"], ["--version"], ["run", "-V"]]) {
    expect(await place.sluice(args)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  }
});

it("writes one JSON object on standard output and nothing else for --json", async () => {
  await using place = await Workplace.open();
  place.questions("q1", "q2");
  const { stdout, stderr } = await place.run("--json", "-q");

  expect(stderr).toBe("");
  expect(stdout.trimEnd().split("\n")).toHaveLength(1);
  expect(JSON.parse(stdout)).toMatchObject({
    status: "complete",
    rows: 2,
    answered: 2,
    cost_usd: null,
    attempts: 2,
  });
  const status = await place.sluice(["status", "out.jsonl", "--json"]);
  expect(JSON.parse(status.stdout)).toMatchObject({
    rows: 2,
    answered: 2,
    cost_usd: null,
    a_rerun_sends: { plain: 0 },
  });
});

it("is silent with -q but for errors, and writes nothing but answers with -o -", async () => {
  await using place = await Workplace.open();
  place.questions("q1", "q2");
  const quiet = await place.run("-q");
  expect(quiet).toMatchObject({ code: 0, stdout: "", stderr: "" });
  const args = [
    "-o",
    "-",
    "--no-ledger",
    "--base-url",
    place.provider.baseUrl,
    "-m",
    "m",
    "--format",
    "text",
  ];
  const piped = await place.sluice(["run", "in.jsonl", ...args, "--prompt", "{{ question }}"]);
  expect(piped).toMatchObject({ code: 0, stdout: "echo q1\necho q2\n" });
  expect(piped.stderr).not.toContain("echo");
  expect(place.files()).toEqual(["in.jsonl", "out.jsonl", "out.jsonl.ledger"]);
});

it("keeps on when whoever reads the screen has gone", async () => {
  await using place = await Workplace.open();
  place.questions("q1", "q2");
  const { child, ended } = place.startRun();
  child.stderr.destroy();

  expect((await ended).code).toBe(0);
  expect(place.says()).toEqual(["echo q1", "echo q2"]);
});
