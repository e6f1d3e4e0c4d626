import { describe, expect, it } from "vitest";
import { startSimulator } from "../../src/simulator/index.ts";
import { chat, post } from "./clients.ts";

const PROMPTS = Array.from({ length: 40 }, (_, i) => `question ${i}`);

/** What each prompt was told, asked in the given order; a failed one is asked again until it is answered. */
async function rehearse(prompts: readonly string[], seed: number): Promise<Map<string, string>> {
  await using simulator = await startSimulator({
    unlimited: true,
    seed,
    outputTokens: "20-400",
    reasoningTokens: "lognormal:50,1",
    faults: ["500:20%", "503:10%"],
  });
  const told = new Map<string, string>();
  await Promise.all(
    prompts.map(async (prompt) => {
      const tries: string[] = [];
      for (let status = 0; status !== 200; ) {
        const answer = await post(simulator.baseUrl, "/chat/completions", chat(prompt));
        status = answer.status;
        const { choices, usage } = answer.json;
        tries.push(status === 200 ? JSON.stringify([choices, usage]) : String(status));
      }
      told.set(prompt, tries.join(" "));
    }),
  );
  return told;
}

describe("a seed", () => {
  it("gives each prompt the same faults and the same answer, whatever the order of arrival", async () => {
    const forwards = await rehearse(PROMPTS, 7);
    const backwards = await rehearse(PROMPTS.toReversed(), 7);
    expect([...backwards].toSorted()).toEqual([...forwards].toSorted());
    expect([...forwards.values()].some((tries) => tries.startsWith("50"))).toBe(true);
  });

  it("gives other answers than another seed", async () => {
    expect([...(await rehearse(PROMPTS, 7)).values()]).not.toEqual([
      ...(await rehearse(PROMPTS, 8)).values(),
    ]);
  });
});
