import { PlannedFeed, type Render } from "../engine/planned-feed.ts";
import type { Run } from "../engine/run.ts";
import { openLedger } from "../ledger/index.ts";
import { createLaneRegistry } from "../limiter/index.ts";
import type { Clock } from "../model/clock.ts";
import { UsageError } from "../model/errors.ts";
import type { RunListener } from "../model/events.ts";
import type { Ledger } from "../model/ledger.ts";
import type { Source } from "../model/source.ts";
import { createObserver, type Observer } from "../observe/index.ts";
import { type Account, openAccount } from "../sluice/account.ts";
import { openTemporaryLedger } from "../sluice/temporary-ledger.ts";
import { wireRun } from "../sluice/wire-run.ts";
import { chooseTarget, type Target } from "./choose-target.ts";
import { type PlannedRun, planRun } from "./plan-run.ts";
import { type Preview, previewRun } from "./preview.ts";
import { refuseRehearsalMix } from "./rehearsal.ts";
import { settleFiles } from "./run-files.ts";
import { openPlanner, openSource, sayReplacements } from "./run-input.ts";
import { formatOf, type OpenOutput, openOutput } from "./run-output.ts";
import { type RunReport, reportRun } from "./run-report.ts";
import type { RunHooks, RunRequest } from "./run-request.ts";

/** What a run takes from the machine. */
export interface Surroundings {
  env: Readonly<Record<string, string | undefined>>;
  clock: Clock;
  random: () => number;
}

/** A run that has passed the door and may start. Close it in any case. */
export interface OpenRun {
  preview: Preview;
  start(listener: RunListener): RunningRun;
  close(): Promise<void>;
}

export interface RunningRun {
  observer: Observer;
  done: Promise<RunReport>;
  run: Pick<Run, "drain" | "abort">;
}

/** Everything before the first send: whatever is wrong is said here, and nothing has been paid. */
export async function openRun(
  request: RunRequest,
  hooks: RunHooks,
  surroundings: Surroundings,
): Promise<OpenRun> {
  const closers: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    formatOf(request);
    await settleFiles(request, hooks, new Date(surroundings.clock.wall()));
    const source = await openSource(request);
    closers.push(() => source.close());
    const target = await chooseTarget(request, hooks, surroundings.env);
    closers.push(() => target.simulator?.stop());
    return await openWith(request, hooks, surroundings, { source, target, closers, close });
  } catch (error) {
    await close();
    throw error;
  }
}

interface Opened {
  source: Source;
  target: Target;
  closers: (() => Promise<void> | void)[];
  close: () => Promise<void>;
}

async function openWith(
  request: RunRequest,
  hooks: RunHooks,
  surroundings: Surroundings,
  { source, target, closers, close }: Opened,
): Promise<OpenRun> {
  const { clock, random } = surroundings;
  const { chosen } = target;
  const planner = openPlanner(request, source, chosen);
  const trouble = { message: null as string | null };
  const onTrouble = (message: string | null) => {
    if (message !== null && message !== trouble.message) hooks.note(message);
    trouble.message = message;
  };
  const ledger =
    request.ledger === null
      ? await openTemporaryLedger(onTrouble)
      : await openLedger({ path: request.ledger, mode: "create-or-open", onTrouble });
  closers.push(() => ledger.close());
  const lanes = createLaneRegistry({ random });
  const account = openAccount({ chosen, limits: request, lanes, clock });
  closers.push(() => account.close());
  const planned = await planRun(request, hooks, { source, planner, ledger });
  if (planned.door !== null) sayReplacements(hooks, request, planned.door.replacements);
  await refuseRehearsalMix(planned.info, account, request.output);
  refuseUnpricedBudget(request, account, planned);
  const ended = new AbortController();
  const output = await openOutput(request, hooks, {
    ledger,
    info: planned.info,
    source,
    firstChange: planned.start.firstTodo,
    clock,
    onTrouble,
    signal: ended.signal,
  });
  const start = (listener: RunListener): RunningRun => {
    const { limit = Number.POSITIVE_INFINITY } = request;
    const render: Render = (bytes, row) => planner.again(bytes, row);
    const feed = () => new PlannedFeed({ ledger, source, render, lanes: planned.start.lanes, limit });
    return startRun({ request, surroundings, account, ledger, output, planned, feed, listener });
  };
  return { preview: previewOf(request, account, planned, source), start, close };
}

interface Startable {
  request: RunRequest;
  surroundings: Surroundings;
  account: Account;
  ledger: Ledger;
  output: OpenOutput;
  planned: PlannedRun;
  feed: () => PlannedFeed;
  listener: RunListener;
}

function startRun({
  request,
  surroundings,
  account,
  ledger,
  output,
  planned,
  feed,
  listener,
}: Startable): RunningRun {
  const { clock, random } = surroundings;
  const { info, start } = planned;
  const { totals } = info;
  const settled = info.rows - totals.todo;
  const observer = createObserver({ clock, lanes: () => run.lanes(), before: totals });
  const tell: RunListener = (event) => {
    observer.listener(event);
    listener(event);
  };
  tell({
    type: "started",
    rows: info.rows - totals.blank,
    todo: Math.min(start.todo, request.limit ?? start.todo),
    settled: settled - totals.blank,
  });
  const budget =
    request.budget === undefined ? null : { limit: request.budget, spent: totals.cost + totals.atRisk };
  const run = wireRun({
    account,
    ledger,
    sink: output.sink,
    order: request.order,
    resumeFrom: output.resumeFrom,
    settledBefore: settled,
    feed,
    soleLane: start.lanes.length <= 1,
    rehearsal: info.simulated,
    budget,
    maxAttempts: request.maxAttempts,
    timeoutMs: request.timeoutMs,
    prune: false,
    clock,
    random,
    listener: tell,
  });
  output.closed.then(() => run.drain("signal", "the reader of the output has gone"));
  const done = run.done.then(async (end) => {
    observer.finish();
    const report = await reportRun(request, { end, ledger, snapshot: observer.snapshot() });
    await output.sink.end(report.complete);
    return report;
  });
  return { observer, done, run };
}

/** A budget can only be kept where somebody tells what an answer costs. */
function refuseUnpricedBudget(request: RunRequest, account: Account, { start }: PlannedRun): void {
  if (request.budget === undefined) return;
  const unpriced = start.lanes.find(({ lane }) => account.provider.price(lane) === null);
  if (unpriced === undefined) return;
  throw new UsageError(
    `--budget cannot be kept: nobody tells what ${unpriced.lane} costs at ${account.provider.title} ` +
      `(${account.address.text}). Leave --budget out, or use --limit.`,
  );
}

function previewOf(
  request: RunRequest,
  account: Account,
  { start, info, door }: PlannedRun,
  source: Source,
): Preview {
  const models = start.lanes.map(({ lane }) => lane);
  const estimates = [...(door?.estimates.values() ?? [])];
  return previewRun({
    rows: info.rows - info.totals.blank,
    todo: Math.min(start.todo, request.limit ?? start.todo),
    models,
    provider: account.provider.title,
    limits: account.limitsOf(models[0] ?? ""),
    bodyBytes: door === null ? source.bytes : estimates.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0),
    maxTokens: request.maxTokens ?? null,
    price: account.provider.price(models[0] ?? ""),
  });
}
