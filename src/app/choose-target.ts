import { UsageError } from "../model/errors.ts";
import { type ChosenAccount, chooseAccount } from "../sluice/choose-account.ts";
import { joinOrStartSimulator, type SimulatorProcess } from "../sluice/simulator-process.ts";
import type { RunHooks, RunRequest } from "./run-request.ts";

const SIMULATOR = "simulator";

export interface Target {
  chosen: ChosenAccount;
  /** Set when a simulator of ours answers. */
  simulator: SimulatorProcess | null;
}

/** Where this run asks: `--provider simulator` joins one that runs or starts one, and says so. */
export async function chooseTarget(
  request: RunRequest,
  hooks: RunHooks,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Target> {
  const { provider, baseURL, apiKeyEnv, tier, insecure } = request;
  if (provider !== SIMULATOR || baseURL !== undefined) {
    return { chosen: chooseAccount({ provider, baseURL, apiKeyEnv, tier, insecure }, env), simulator: null };
  }
  if ((tier ?? 0) > 0) {
    throw new UsageError(
      "--tier with --provider simulator: start `sluice simulate --tier …` yourself, then run.",
    );
  }
  const simulator = await joinOrStartSimulator();
  const how = simulator.joined ? "joined the simulator" : "started a simulator";
  hooks.note(`Rehearsal: ${how} at ${simulator.baseURL}; its answers are made up and cost nothing.`);
  return { chosen: chooseAccount({ provider, baseURL: simulator.baseURL, apiKeyEnv, tier }, env), simulator };
}
