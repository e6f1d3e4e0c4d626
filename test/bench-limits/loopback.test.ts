import { describe, expect, it } from "vitest";
import { LIMITER } from "../../bench/limits/contenders.ts";
import { LOOPBACK_SCENARIOS } from "../../bench/limits/loopback/loopback-scenarios.ts";
import { measureAllOverLoopback } from "../../bench/limits/loopback/measure-loopback.ts";

describe("the runner over loopback", () => {
  it("drives the engine to the end and finds in the server's records what became of every request", async () => {
    const [first] = LOOPBACK_SCENARIOS;
    if (first === undefined) throw new Error("there is no scenario");
    const small = { ...first, jobs: 40, flags: ["--latency", "5ms"] };
    const said: string[] = [];
    const [result] = await measureAllOverLoopback([small], LIMITER.slice(0, 1), (line) => said.push(line));
    expect(result).toMatchObject({ scenario: first.id, mode: "config", failed: 0 });
    expect(result?.utilisation).toBeGreaterThan(0);
    expect(said).toEqual(["limits given"]);
  });
});
