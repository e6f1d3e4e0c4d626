import { BucketScriptPolicy } from "./client/bucket-script-policy.ts";
import { limiterPolicies } from "./client/limiter-policy.ts";
import type { Policy } from "./client/policy.ts";
import { SemaphorePolicy } from "./client/semaphore-policy.ts";
import { seeded } from "./scenario/random.ts";
import type { Mode, Scenario } from "./scenario/scenario.ts";

/** Somebody who sends: the limiter with what it is told, or what it is compared with. */
export interface Contender {
  name: string;
  mode: Mode;
  /** One for each client of the scenario. */
  policies(scenario: Scenario, seed: number): readonly Policy[];
}

export const LIMITER: readonly Contender[] = [
  limiterWith("config", "limits given"),
  limiterWith("configHeaders", "given + headers"),
  limiterWith("headers", "headers only"),
  limiterWith("unknown", "nothing known"),
];

export const BASELINES: readonly Contender[] = [
  semaphore(2),
  semaphore(50),
  semaphore(1000),
  {
    name: "bucket script",
    mode: "config",
    policies: ({ clients, known }) =>
      Array.from({ length: clients.count }, () => new BucketScriptPolicy(known)),
  },
];

/** A semaphore asks for nothing; the others need what their mode speaks of. */
export function canRun({ mode }: Contender, scenario: Scenario): boolean {
  return scenario.modes.includes(mode);
}

function limiterWith(mode: Mode, name: string): Contender {
  return { name, mode, policies: (scenario, seed) => limiterPolicies(scenario, mode, seed) };
}

function semaphore(slots: number): Contender {
  return {
    name: `semaphore ${slots}`,
    mode: "unknown",
    policies: ({ clients }, seed) =>
      Array.from(
        { length: clients.count },
        (_, number) => new SemaphorePolicy(slots, seeded(seed, `back-off ${number}`)),
      ),
  };
}
