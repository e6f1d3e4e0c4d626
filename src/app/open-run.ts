import { openLedger } from "../ledger/index.ts";
import { createLaneRegistry } from "../limiter/index.ts";
import type { RunListener } from "../model/events.ts";
import type { Ledger } from "../model/ledger.ts";
import { openAccount } from "../sluice/account.ts";
import { openCache } from "../sluice/open-cache.ts";
import { openTemporaryLedger } from "../sluice/temporary-ledger.ts";
import { arrivingWork, openArrivingInput } from "./arriving-work.ts";
import { chooseTarget } from "./choose-target.ts";
import { planWork } from "./planned-work.ts";
import type { Preview } from "./preview.ts";
import { removeUnusedLedger, settleFiles } from "./run-files.ts";
import { openSource } from "./run-input.ts";
import { openOutput, refuseOutputOptions } from "./run-output.ts";
import type { RunHooks, RunRequest } from "./run-request.ts";
import type { RunParts, RunWork, Surroundings } from "./run-work.ts";
import { type RunningRun, startRun } from "./start-run.ts";

export type { RunningRun } from "./start-run.ts";

/** A run that has passed the door and may start. Close it in any case. */
export interface OpenRun {
  preview: Preview;
  /** Opens OUTPUT and lets the run begin: whoever is asked first and says no leaves no trace. */
  start(listener: RunListener): Promise<RunningRun>;
  close(): Promise<void>;
}

/** Everything before the first send: whatever is wrong is said here, and nothing has been paid. */
export async function openRun(
  request: RunRequest,
  hooks: RunHooks,
  surroundings: Surroundings,
): Promise<OpenRun> {
  const closing = new AsyncDisposableStack();
  try {
    refuseOutputOptions(request);
    closing.defer(await settleFiles(request, hooks, new Date(surroundings.clock.wall())));
    return await openWith(request, hooks, surroundings, closing);
  } catch (error) {
    await closing.disposeAsync();
    throw error;
  }
}

async function openWith(
  request: RunRequest,
  hooks: RunHooks,
  surroundings: Surroundings,
  closing: AsyncDisposableStack,
): Promise<OpenRun> {
  const { clock, env } = surroundings;
  const enter = await openInput(request, closing);
  const target = await chooseTarget(request, hooks, env);
  closing.defer(() => target.simulator?.stop());
  const lanes = createLaneRegistry({ random: surroundings.random });
  const account = openAccount({ chosen: target.chosen, limits: request, lanes, clock });
  closing.defer(() => account.close());
  const cache = request.cache === undefined ? null : openCache(request.cache, account, hooks.note);
  closing.defer(() => cache?.close());
  const onTrouble = troubleTeller(hooks);
  const ledger = await openLedgerOf(request, onTrouble);
  closing.defer(() => removeUnusedLedger(request, ledger).finally(() => ledger.close()));

  const work = await enter({ request, hooks, surroundings, account, ledger });
  const { info, firstChange, readInput } = work;
  const start = async (listener: RunListener) => {
    const parts = { ledger, info, firstChange, readInput, clock, onTrouble };
    const output = await openOutput(request, hooks, parts);
    return startRun({ request, hooks, surroundings, account, cache, ledger, work, output, listener });
  };
  return { preview: work.preview, start, close: () => closing.disposeAsync() };
}

/** Opens INPUT; what comes back takes its rows through the door, once the ledger is open. */
async function openInput(
  request: RunRequest,
  closing: AsyncDisposableStack,
): Promise<(parts: RunParts) => Promise<RunWork>> {
  if (request.streamInput) {
    const input = await openArrivingInput(request.input);
    closing.defer(() => input.close());
    return (parts) => arrivingWork(parts, input);
  }
  const source = await openSource(request);
  closing.defer(() => source.close());
  return (parts) => planWork(parts, source);
}

function openLedgerOf(
  { ledger, durability }: RunRequest,
  onTrouble: (message: string | null) => void,
): Promise<Ledger> {
  if (ledger === null) return openTemporaryLedger(onTrouble);
  return openLedger({ path: ledger, mode: "create-or-open", durability, onTrouble });
}

/** Says each trouble once, however many parts of the run meet it. */
function troubleTeller(hooks: RunHooks): (message: string | null) => void {
  let last: string | null = null;
  return (message) => {
    if (message !== null && message !== last) hooks.note(message);
    last = message;
  };
}
