import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../../src/simulator/index.ts";
import { Workplace } from "./workplace.ts";

const QUESTIONS = Array.from({ length: 12 }, (_, index) => `question ${index + 1}`);

let place: Workplace;
let simulator: Simulator;
beforeEach(async () => {
  place = await Workplace.open();
  place.questions(...QUESTIONS);
});
afterEach(async () => {
  await place[Symbol.asyncDispose]();
  await simulator.close();
});

/** Runs in.jsonl against a simulator with these faults. */
async function rehearse(faults: readonly string[], ...more: string[]) {
  simulator = await startSimulator({ port: 0, unlimited: true, faults });
  return again(...more);
}

function again(...more: string[]) {
  const rehearsal = ["--provider", "simulator", "--base-url", simulator.baseUrl];
  const question = ["-o", "out.jsonl", "-m", "grok-4.3", "--prompt", "{{ question }}"];
  return place.sluice(["run", "in.jsonl", ...question, ...rehearsal, "--json", ...more]);
}

describe("with --stream", () => {
  it("answers say what whole ones would, are marked, and settle their rows for every later run", async () => {
    const streamed = await rehearse([], "--stream");
    expect(streamed.code).toBe(0);
    const says = place.says();
    expect(place.lines()[0]?.response?.body).toMatchObject({
      object: "chat.completion",
      sluice: { assembled_from_stream: true },
      usage: { total_tokens: expect.any(Number) },
    });
    expect(JSON.parse(streamed.stdout)).toMatchObject({
      answered: 12,
      first_token_seconds: { p50: expect.any(Number) },
      slowest_rows: [{}, {}, {}],
    });

    const { stdout } = await place.sluice(["status", "out.jsonl"]);
    expect(stdout).toMatch(/^first token after .* p50, .* p95, of the last 12 streamed answers$/m);

    const { requests } = simulator.stats();
    expect((await again()).code).toBe(0);
    expect(simulator.stats().requests).toHaveLength(requests.length);
    await again("--fresh");
    expect(place.says()).toEqual(says);
    expect(place.lines()[0]?.response?.body).not.toHaveProperty("sluice");
  });

  it("streams that are cut, or tell an error, are asked again", async () => {
    const { code, stdout } = await rehearse(["stream-cut#1", "stream-error#2", "reset-mid#3"], "--stream");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      answered: 12,
      retries: 3,
      retries_by_ending: { cut: 1, "error-in-answer": 1, reset: 1 },
    });
  });

  it("what is no chat completion is refused before anything is sent", async () => {
    const { code, stderr } = await rehearse([], "--stream", "--endpoint", "/v1/responses");
    expect(code).toBe(2);
    expect(stderr).toContain(
      "--stream is for chat completions, and this row asks /responses; leave --stream out",
    );
    expect(simulator.stats().requests).toEqual([]);
  });
});

it.each([
  ["whole", []],
  ["as a stream", ["--stream"]],
])(
  "an answer that comes %s and stops in the middle is unknown, and only asked again on demand",
  async (_, how) => {
    const { code, stdout } = await rehearse(["stall#3"], "--silence-timeout", "500ms", ...how);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      answered: 11,
      unknown: 1,
      timed_out: 1,
      endings: { silence: 1 },
    });
    expect(place.lines().filter(({ error }) => error?.code === "silence")).toHaveLength(1);

    expect((await again()).code).toBe(1);
    expect((await again("--retry-unknown", ...how)).code).toBe(0);
  },
);
