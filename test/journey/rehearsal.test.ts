import { expect, it } from "vitest";
import { startSimulator } from "../../src/simulator/index.ts";
import { Workplace } from "./workplace.ts";

it("never lets a rehearsal's answers settle a real run, nor the other way round", async () => {
  await using place = await Workplace.open();
  const simulator = await startSimulator({ port: 0, anyModel: true });
  try {
    place.questions("q1", "q2");
    const args = ["run", "in.jsonl", "-m", "grok-4.3", "--prompt", "{{ question }}"];
    const rehearse = ["--provider", "simulator", "--base-url", simulator.baseUrl];
    const rehearsed = await place.sluice([...args, "-o", "out.jsonl", ...rehearse]);
    expect(rehearsed).toMatchObject({ code: 0, stderr: expect.stringContaining("free ($") });
    expect((await place.sluice(["status", "out.jsonl"])).stdout).toContain("a rehearsal: no real money");

    const real = await place.sluice([...args, "-o", "out.jsonl", "--base-url", place.provider.baseUrl]);
    expect(real).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^out\.jsonl holds 2 rehearsal answers; use another -o, or --fresh/),
    });
    const otherwise = ["-o", "out.jsonl", "--base-url", place.provider.baseUrl, "-m", "m2"];
    expect(await place.sluice([...args, ...otherwise, "--changed", "ask-again"])).toEqual(real);
    expect((await place.sluice(["status", "out.jsonl"])).stdout).toMatch(
      /^2 rows of in\.jsonl: 2 answered\n/,
    );
    expect(place.provider.received).toEqual([]);
    await place.sluice([...args, "-o", "real.jsonl", "--base-url", place.provider.baseUrl]);
    const mixed = await place.sluice([...args, "-o", "real.jsonl", ...rehearse]);
    expect(mixed).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^real\.jsonl holds 2 real answers/),
    });
  } finally {
    await simulator.close();
  }
});
