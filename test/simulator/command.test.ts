import { type ChildProcess, spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { startSimulator } from "../../src/simulator/index.ts";
import { chat, post } from "./clients.ts";

/** Runs the command by itself, as the program does: an error is one sentence on stderr and exit code 2. */
const PROGRAM = `
  import { simulateCommand } from ${JSON.stringify(new URL("../../src/cli/simulate.ts", import.meta.url).href)};
  await simulateCommand().parseAsync(process.argv.slice(1), { from: "user" }).catch((error) => {
    process.stderr.write(error.message + "\\n");
    process.exitCode = 2;
  });
`;

let child: ChildProcess | undefined;
afterEach(() => {
  child?.kill("SIGKILL");
});

function simulate(...flags: string[]) {
  const started = spawn(process.execPath, ["--input-type=module", "-e", PROGRAM, "--", ...flags], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  child = started;
  const exit = new Promise<number | null>((resolve) => started.on("exit", resolve));
  const lines = started.stdout[Symbol.asyncIterator]();
  const nextOutput = async () => String((await lines.next()).value ?? "");
  return { process: started, exit, nextOutput, errors: text(started.stderr) };
}

describe("sluice simulate", () => {
  it("says where it is and what it enforces, and sums up at Ctrl-C", async () => {
    const running = simulate("--port", "0", "--latency", "1ms-4ms", "--fault", "500#2");
    const ready = await running.nextOutput();
    expect(ready).toMatch(
      /^Simulator at http:\/\/127\.0\.0\.1:\d+\/v1 · xAI dialect · grok-4\.3: 37 requests\/s, 10,000,000 tokens\/min · latency 1ms–4ms · faults 500#2\n$/,
    );
    const baseUrl = /http:\S+/.exec(ready)?.[0] ?? "";
    expect((await post(baseUrl, "/chat/completions", chat("hi"))).status).toBe(200);
    expect((await post(baseUrl, "/chat/completions", chat("hi"))).status).toBe(500);
    running.process.kill("SIGINT");
    expect(await running.nextOutput()).toMatch(
      /^Received 2 requests: 1 answered, 0 throttled, 0 refused, 1 ended by a fault, 0 abandoned by the client\.\nBilled \$0\.00015 for 1 prompt, 60 completion and 0 reasoning tokens; at most 1 in flight, [12] connections\.\n$/,
    );
    expect(await running.exit).toBe(0);
  });

  it("tells programs its address as JSON, and ends with their standard input", async () => {
    const running = simulate("--port", "0", "--json", "--until-stdin-closes", "--rps", "none", "--tpm", "0");
    const { origin, baseUrl } = JSON.parse(await running.nextOutput());
    expect(baseUrl).toBe(`${origin}/v1`);
    expect((await fetch(`${baseUrl}/models`)).status).toBe(200);
    running.process.stdin.end();
    expect(await running.exit).toBe(0);
    expect(await running.nextOutput()).toBe("");
  });

  it("lists its faults", async () => {
    const running = simulate("--list-faults");
    expect(await running.nextOutput()).toMatch(
      /^400 +the request is invalid\n[\s\S]*stream-cut .*\(streams only\) · billed\n/,
    );
    expect(await running.exit).toBe(0);
  });

  it.each([
    [["--tier", "9"], "--tier 9 does not fit: give a whole number from 0 to 4."],
    [["--rps", "abc"], "--rps abc is no number."],
    [["--burst", "5"], "--burst 5 is no duration: write 500ms, 6s or 1m."],
    [["--dialect", "acme"], "--dialect acme is not known: choose xai, openai."],
    [["--latency", "fast"], "--latency fast is not understood: write 800ms, 1s-4s or lognormal:2s,0.5."],
  ])("refuses %j in one sentence", async (flags, sentence) => {
    const running = simulate("--port", "0", ...flags);
    expect(await running.exit).toBe(2);
    expect(await running.errors).toBe(`${sentence}\n`);
  });

  it("refuses a taken port in one sentence", async () => {
    await using other = await startSimulator();
    const running = simulate("--port", String(other.port));
    expect(await running.exit).toBe(2);
    expect(await running.errors).toBe(
      `Port ${other.port} is taken; choose another with --port, or --port 0 for any free one.\n`,
    );
  });
});
