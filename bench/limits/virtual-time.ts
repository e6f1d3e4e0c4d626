import { BASELINES, type Contender, canRun, LIMITER } from "./contenders.ts";
import { measure, type Result, rememberingOracle } from "./measure.ts";
import type { Scenario } from "./scenario/scenario.ts";

export interface VirtualResults {
  limiter: readonly Result[];
  baselines: readonly Result[];
}

/** Every contender in every scenario. */
export function measureInVirtualTime(
  scenarios: readonly Scenario[],
  seeds: readonly number[],
  contenders: readonly Contender[],
  say: (line: string) => void,
): VirtualResults {
  const oracle = rememberingOracle();
  const resultsOf = (chosen: readonly Contender[]) =>
    scenarios.flatMap((scenario) =>
      chosen
        .filter((contender) => contenders.includes(contender) && canRun(contender, scenario))
        .map((contender) => {
          say(`${scenario.id} (${scenario.about}): ${contender.name}`);
          return measure(scenario, contender, seeds, oracle);
        }),
    );
  return { limiter: resultsOf(LIMITER), baselines: resultsOf(BASELINES) };
}
