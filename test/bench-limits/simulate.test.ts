import { describe, expect, it } from "vitest";
import { limiterPolicies } from "../../bench/limits/client/limiter-policy.ts";
import type { Policy } from "../../bench/limits/client/policy.ts";
import { type Contender, LIMITER } from "../../bench/limits/contenders.ts";
import { measure, rememberingOracle } from "../../bench/limits/measure.ts";
import { oracleMs } from "../../bench/limits/oracle.ts";
import type { Mode } from "../../bench/limits/scenario/scenario.ts";
import { SCENARIOS } from "../../bench/limits/scenario/scenarios.ts";
import { simulate } from "../../bench/limits/simulate.ts";
import { smallScenario } from "./small-scenario.ts";

/** Sends everything at once and forgets what was rejected. */
const HEEDLESS: Policy = { admit: () => 0, sent: () => null, ended: () => null };

function limiterWith(mode: Mode): Contender {
  const found = LIMITER.find((one) => one.mode === mode);
  if (found === undefined) throw new Error(`no limiter in mode ${mode}`);
  return found;
}

describe("a simulated run", () => {
  it("rejects what has no room, and gives each job to the server once per send", () => {
    const scenario = smallScenario();
    const tally = simulate({ scenario, mode: "unknown", seed: 1, policies: [HEEDLESS] });
    expect(tally.sends).toBe(200);
    expect(tally.answered).toBeGreaterThanOrEqual(10);
    expect(tally.rejects).toBe(200 - tally.answered);
  });

  it("is the same every time, and another for another seed", () => {
    const scenario = smallScenario({ network: { leastMs: 20, mostMs: 320 } });
    const lastEnd = (seed: number) =>
      simulate({ scenario, mode: "unknown", seed, policies: limiterPolicies(scenario, "unknown", seed) })
        .lastEndAt;
    expect(lastEnd(1)).toBe(lastEnd(1));
    expect(lastEnd(1)).not.toBe(lastEnd(2));
  });

  it("is never faster than the oracle where nothing is charged late", () => {
    const scenario = smallScenario();
    const policies = limiterPolicies(scenario, "config", 1);
    const tally = simulate({ scenario, mode: "config", seed: 1, policies });
    expect(tally.lastEndAt).toBeGreaterThan(oracleMs(scenario, 1));
  });

  it("shows headers and the named limit to those only who may see them", () => {
    const scenario = smallScenario({ namesLimit: true });
    const seen = (mode: Mode) => {
      let told = 0;
      let named = 0;
      const policy: Policy = {
        ...HEEDLESS,
        ended(_now, _job, _ticket, end) {
          told += end.told.length;
          if (end.named !== null) named += 1;
          return null;
        },
      };
      simulate({ scenario, mode, seed: 1, policies: [policy] });
      return [told > 0, named > 0];
    };
    expect(seen("configHeaders")).toEqual([true, true]);
    expect(seen("config")).toEqual([false, true]);
    expect(seen("unknown")).toEqual([false, false]);
  });

  it("asks again at the time it was told, and never more often than a timer rings", () => {
    const asked: number[] = [];
    const policy: Policy = {
      ...HEEDLESS,
      admit(now) {
        asked.push(now);
        return asked.length > 3 ? 0 : ([250, 0.2, 1000][asked.length - 1] ?? 0);
      },
    };
    simulate({ scenario: smallScenario({ jobs: 1 }), mode: "unknown", seed: 1, policies: [policy] });
    expect(asked.slice(0, 4)).toEqual([0, 250, 251, 1251]);
  });

  it("starves a job from its first attempt to the one that has room", () => {
    const insistent: Policy = {
      ...HEEDLESS,
      ended: (_now, _job, _ticket, end) => (end.status === 200 ? null : 50),
    };
    const scenario = smallScenario({ jobs: 30 });
    const tally = simulate({ scenario, mode: "unknown", seed: 1, policies: [insistent] });
    expect(tally.failedShare()).toBe(0);
    expect(tally.starvation().maxMs).toBeGreaterThan(1500);
  });

  it("parts the jobs between clients that share a server", () => {
    const scenario = smallScenario({ clients: { count: 2, are: "runs" } });
    const sent = [0, 0];
    const policies = sent.map((_, number) => ({
      ...HEEDLESS,
      sent: () => {
        sent[number] = (sent[number] ?? 0) + 1;
      },
    }));
    simulate({ scenario, mode: "unknown", seed: 1, policies });
    expect(sent).toEqual([100, 100]);
  });

  it("gives up on a policy that goes round in circles", () => {
    const policy: Policy = { ...HEEDLESS, ended: () => 0 };
    const scenario = smallScenario({ jobs: 2, limits: [], capacity: { slots: 1, rejectsAbove: 0 } });
    expect(simulate({ scenario, mode: "unknown", seed: 1, policies: [policy] }).failedShare()).toBe(1);
  });
});

/** The short form of `npm run bench:limits`: far from the targets, so that only what is broken fails. */
describe("the limiter in a scenario", () => {
  const oracle = rememberingOracle();

  it.each([
    ["S01", "config", 0.95, 0.005],
    ["S04", "config", 0.93, 0.01],
    ["S12", "config", 0.95, 0.005],
    ["S01", "unknown", 0.85, 0.03],
  ] as const)("loses nothing and stays near the limit: %s, %s", (name, mode, least, most) => {
    const scenario = SCENARIOS.find(({ id }) => id.startsWith(name)) ?? smallScenario();
    const result = measure(scenario, limiterWith(mode), [1], oracle);
    expect(result.failed).toBe(0);
    expect(result.utilisation).toBeGreaterThan(least);
    expect(result.rejected).toBeLessThan(most);
  });
});
