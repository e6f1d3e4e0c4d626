import { UsageError } from "../model/errors.ts";
import { type ChosenAccount, chooseAccount } from "../sluice/choose-account.ts";
import { joinOrStartSimulator, type SimulatorProcess, USUAL_ADDRESS } from "../sluice/simulator-process.ts";
import type { RunHooks, RunRequest } from "./run-request.ts";

const SIMULATOR = "simulator";
/** Nobody is asked: whoever reckons need not have a key yet. */
const NO_KEY = "none";

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
  const { provider, baseURL, apiKeyEnv, tier, insecure, dryRun } = request;
  const apiKey = dryRun ? NO_KEY : undefined;
  const choice = { provider, baseURL, apiKey, apiKeyEnv, tier, insecure };
  if (provider !== SIMULATOR || baseURL !== undefined) {
    return { chosen: chooseAccount(choice, env), simulator: null };
  }
  if ((tier ?? 0) > 0) {
    throw new UsageError(
      "--tier with --provider simulator: start `sluice simulate --tier …` yourself, then run.",
    );
  }
  if (dryRun) {
    return { chosen: chooseAccount({ ...choice, baseURL: USUAL_ADDRESS }, env), simulator: null };
  }
  const simulator = await joinOrStartSimulator();
  const how = simulator.joined ? "joined the simulator" : "started a simulator";
  hooks.note(`Rehearsal: ${how} at ${simulator.baseURL}; its answers are made up and cost nothing.`);
  return { chosen: chooseAccount({ ...choice, baseURL: simulator.baseURL }, env), simulator };
}
