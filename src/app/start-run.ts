import type { Run } from "../engine/run.ts";
import type { AnswerCache } from "../model/answer-cache.ts";
import type { RunListener } from "../model/events.ts";
import type { Ledger } from "../model/ledger.ts";
import { createObserver, type Observer } from "../observe/index.ts";
import type { Account } from "../sluice/account.ts";
import { patienceOf } from "../sluice/patience.ts";
import { wireRun } from "../sluice/wire-run.ts";
import { controlRun } from "./control-run.ts";
import { CountingSink, keepLines } from "./kept-lines.ts";
import { tellLeft } from "./left-rows.ts";
import type { OpenOutput } from "./run-output.ts";
import { type RunReport, reportRun } from "./run-report.ts";
import type { RunHooks, RunRequest } from "./run-request.ts";
import type { RunWork, Surroundings } from "./run-work.ts";

export interface RunningRun {
  observer: Observer;
  done: Promise<RunReport>;
  run: Pick<Run, "drain" | "abort">;
}

export interface Startable {
  request: RunRequest;
  hooks: RunHooks;
  surroundings: Surroundings;
  account: Account;
  cache: AnswerCache | null;
  ledger: Ledger;
  work: RunWork;
  output: OpenOutput;
  listener: RunListener;
}

/** Lets a run that passed the door begin. */
export function startRun(startable: Startable): RunningRun {
  const { request, hooks, surroundings, account, cache, ledger, work, output, listener } = startable;
  const { clock, random } = surroundings;
  const { info, standing, todo } = work;
  const observer = createObserver({
    clock,
    lanes: () => run.lanes(),
    oldest: (most) => run.oldest(most),
    before: standing.before,
  });
  const tell: RunListener = (event) => {
    observer.listener(event);
    listener(event);
  };
  tell({ type: "started", rows: standing.rows, todo, settled: standing.settled });
  const sink = new CountingSink(output.sink, output.resumeFrom);
  const run = wireRun({
    account,
    ledger,
    sink,
    order: request.order,
    resumeFrom: output.resumeFrom,
    settledBefore: standing.settledPlaces,
    feed: (tells) => work.feed({ ...tells, event: tell }),
    soleLane: !work.isOpen() && work.lanes.length <= 1,
    rehearsal: info.simulated,
    budget: work.budget,
    seen: new Map(work.experience.map((lane) => [lane.lane, lane])),
    ...patienceOf({
      timeout: request.timeoutMs,
      silenceTimeout: request.silenceTimeoutMs,
      stream: request.stream,
      hedge: request.hedge,
    }),
    maxAttempts: request.maxAttempts,
    cache,
    dedupe: request.dedupe,
    prune: false,
    clock,
    random,
    listener: tell,
  });
  const control =
    request.ledger === null ? null : controlRun(request.ledger, { tuner: { run, account }, observer });
  output.closed.then(() => run.drain("signal", "the reader of the output has gone"));
  const done = run.done
    .finally(async () => (await control)?.close())
    .then(async (end) => {
      observer.finish();
      const { order } = request;
      const { lanes, linesBefore } = work;
      await keepLines({ ledger, sink, order, lanes, linesBefore });
      const report = await reportRun(request, { end, ledger, work, snapshot: observer.snapshot() });
      const nothingLost = linesBefore > 0 && sink.rows >= linesBefore;
      const isWhole = report.complete || nothingLost;
      if (isWhole) await tellLeft(hooks, { request, output, totals: report.totals, work });
      await sink.end(isWhole);
      if (output.isOutdated()) hooks.note(stays(request.output));
      return report;
    });
  return { observer, done, run };
}

/** What was answered in this run, and paid, is not seen in OUTPUT. */
function stays(output: string): string {
  return `${output} stays as it was, since this run did not get as far; the next run writes it anew, and sluice export what there is by now.`;
}
