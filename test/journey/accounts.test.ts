import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { answer } from "./fake-provider.ts";
import { Workplace } from "./workplace.ts";

const KEYS = { XAI_API_KEY: "xai-secret", OPENAI_API_KEY: "sk-secret", OTHER_KEY: "other-secret" };
/** Runs a command on a terminal of its own (util-linux). */
const SCRIPT = "/usr/bin/script";
const PROGRAM = fileURLToPath(new URL("../../bin/sluice.js", import.meta.url));

it("sends a key to the provider's own hosts only, or where its variable was typed", async () => {
  await using place = await Workplace.open();
  place.questions("q");
  const keysOf = async (...options: string[]) => {
    place.provider.clear();
    const output = `out${options.join("")}.jsonl`.replaceAll("/", "");
    const asked = [
      "run",
      "in.jsonl",
      "-o",
      output,
      "--base-url",
      place.provider.baseUrl,
      "--prompt",
      "{{ question }}",
    ];
    const { code } = await place.sluice([...asked, "-m", "grok-4.3", ...options], { env: KEYS });
    expect(code).toBe(0);
    return place.provider.received.map(({ headers }) => headers.authorization);
  };

  expect(await keysOf()).toEqual([undefined]);
  expect(await keysOf("--provider", "xai")).toEqual([undefined]);
  expect(await keysOf("--provider", "openai")).toEqual([undefined]);
  expect(await keysOf("--api-key-env", "OTHER_KEY")).toEqual(["Bearer other-secret"]);
  expect(await keysOf("--provider", "xai", "--api-key-env", "XAI_API_KEY")).toEqual(["Bearer xai-secret"]);
});

it("joins /v1 once, whatever slashes the base ends in", async () => {
  await using place = await Workplace.open();
  const root = place.provider.baseUrl.replace(/\/v1$/, "");
  place.write("in.jsonl", '{"url":"/v1/chat/completions","body":{"model":"m","messages":[]}}\n');
  let runs = 0;
  for (const base of [`${root}/v1`, `${root}/v1/`, `${root}/v1//`, root, `${root}/`]) {
    await place.sluice(["run", "in.jsonl", "-o", `out${runs++}.jsonl`, "--base-url", base]);
  }

  expect(place.provider.received.map(({ path }) => path)).toEqual(Array(5).fill("/v1/chat/completions"));
});

it("says before the first send what it will do, where each limit comes from, and what it may cost", async () => {
  await using place = await Workplace.open();
  place.questions("q1", "q2");
  const first = async (...more: string[]) => (await place.run(...more)).stderr.split("\n")[0];
  const address = place.provider.baseUrl;

  expect(await first()).toBe(`2 rows, 2 to send · m at ${address} · no known limits · time and cost unknown`);
  expect(await first()).toBe("2 rows, 0 to send · 2 answered");
  expect(
    await first("-o", "x.jsonl", "--provider", "xai", "-m", "grok-4.3", "--rps", "50", "-j", "3"),
  ).toMatch(
    /^2 rows, 2 to send · grok-4\.3 at xAI \(http:\/\/127\S+\) · 50 requests\/s \(--rps, above the published 37\), 10,000,000 tokens\/min \(published for tier 0\) · at most 3 in flight \(-j\) · at least 1s · \$0\.\d+–\$0\.\d+$/,
  );
  place.write("in.jsonl", '{"question":"a","model":"grok-4.3"}\n{"question":"b","model":"grok-4.7"}\n');
  const args = [
    "run",
    "in.jsonl",
    "-o",
    "two.jsonl",
    "--base-url",
    address,
    "--provider",
    "xai",
    "--tier",
    "1",
  ];
  const two = await place.sluice([...args, "--prompt", "{{ question }}"]);
  expect(two.stderr).toContain("grok-4.3 and grok-4.7 at xAI");
  expect(two.stderr).toContain("grok-4.3 50 requests/s (published for tier 1)");
  expect(two.stderr).toContain("grok-4.7 172 requests/s (published for tier 1)");
});

it("names the line to type for a missing key, the keys that are there, and the simulator", async () => {
  await using place = await Workplace.open();
  place.questions("q");
  const args = ["run", "in.jsonl", "-o", "out.jsonl", "-m", "grok-4.3", "--prompt", "{{ question }}"];
  const fish = await place.sluice(args, { env: { SHELL: "/usr/bin/fish", OPENAI_API_KEY: "sk-secret" } });

  expect(fish.code).toBe(2);
  expect(fish.stderr).toMatch(
    /^No key for xAI, .*`set -x XAI_API_KEY .*OPENAI_API_KEY .*--provider openai.*--provider simulator\n$/,
  );
  expect(fish.stderr).not.toContain("secret");
  const bash = await place.sluice(args);
  expect(bash.stderr).toContain("`export XAI_API_KEY=your-key`");
});

it("stops with exit 4 before a budget is passed, and goes on with a larger one", async () => {
  const cents: object = {
    prompt_tokens: 10,
    completion_tokens: 5,
    total_tokens: 15,
    cost_in_usd_ticks: 200_000_000,
  };
  await using place = await Workplace.open((_, response) => answer(response, "x", { usage: cents }));
  place.questions("q1", "q2", "q3", "q4", "q5");
  const priced = ["--provider", "xai", "-m", "grok-4.3", "--max-tokens", "8000", "-j", "1"];
  const stopped = await place.run(...priced, "--budget", "0.05");

  expect(stopped).toMatchObject({ code: 4, stderr: expect.stringContaining("2 answered") });
  expect(place.provider.received).toHaveLength(2);
  const same = await place.run(...priced, "--budget", "0.05");
  expect({ code: same.code, sent: place.provider.received.length }).toEqual({ code: 4, sent: 0 });
  const more = await place.run(...priced, "--budget", "1");
  expect({ code: more.code, sent: place.provider.received.length }).toEqual({ code: 0, sent: 3 });
});

it.skipIf(process.platform !== "linux" || !existsSync(SCRIPT))(
  "asks on a terminal above $20, and takes only a yes for one",
  async () => {
    await using place = await Workplace.open();
    place.questions("q1");
    const command = (more: string) =>
      `'${process.execPath}' '${PROGRAM}' run in.jsonl -o 'out${more}.jsonl' --base-url ${place.provider.baseUrl} --provider xai -m grok-4.7 --prompt '{{ question }}' --max-tokens 9000000 ${more}`;
    const typed = (keys: string, more = "") =>
      new Promise<{ code: number | null; shown: string }>((resolve) => {
        const child = spawn(SCRIPT, ["-qec", command(more), "/dev/null"], { cwd: place.folder });
        let shown = "";
        let answered = false;
        child.stdout.setEncoding("utf8").on("data", (text: string) => {
          shown += text;
          if (answered || !shown.includes("[y/N]")) return;
          answered = true;
          child.stdin.write(keys);
        });
        child.on("close", (code) => resolve({ code, shown }));
      });

    const declined = await typed("n\n");
    expect(declined).toEqual({
      code: 2,
      shown: expect.stringMatching(/up to \$54\.00\. Go on\? \[y\/N\][\s\S]*Nothing was sent/),
    });
    expect(place.provider.received).toEqual([]);
    expect(place.files()).toEqual(["in.jsonl"]);
    expect((await typed("y\n")).code).toBe(0);
    expect((await typed("", "--yes")).shown).not.toContain("Go on?");
    expect((await typed("", "--budget=100")).shown).not.toContain("Go on?");
    expect(place.provider.received).toHaveLength(3);
  },
);
