import type { RunningRun } from "../app/open-run.ts";
import { formatDuration } from "../model/duration.ts";
import { count } from "./screen/index.ts";

/** Containers are killed 10 s after SIGTERM: what is not home by then is unknown either way. */
export const DRAIN_AFTER_SIGTERM_MS = 8000;

/** A stop that takes longer hangs on a full disk, or on a reader of OUTPUT who does not read. */
const STUCK_AFTER_MS = 2000;
/** Then the process ends without it, where nobody is there to press Ctrl-C: no stored answer is lost by a kill. */
const LET_GO_AFTER_MS = 30_000;

export interface SignalOptions {
  running: RunningRun["run"];
  /** Requests that were sent and have no answer yet. */
  inFlight: () => number;
  /** `--drain-timeout`; default none for SIGINT, 8 s for SIGTERM. */
  drainTimeoutMs: number | undefined;
  say: (line: string) => void;
}

/** First signal: drain. Second, or the end of the wait: stop. Third, where the stop hangs: a kill. All in words. */
export function onSignals({ running, inFlight, drainTimeoutMs, say }: SignalOptions): {
  received(): NodeJS.Signals | null;
  dispose(): void;
} {
  let first: NodeJS.Signals | null = null;
  const timers: NodeJS.Timeout[] = [];
  let stopped = false;
  let stuck = false;
  const abort = (why: string) => {
    if (stopped) return;
    stopped = true;
    say(`${why}: ${givenUp(inFlight())}.`);
    running.abort("signal", "stopped before all answers were home");
    timers.push(setTimeout(tellStuck, STUCK_AFTER_MS), setTimeout(letGo, LET_GO_AFTER_MS));
  };
  const tellStuck = () => {
    stuck = true;
    say(
      "The stop waits for the disk, or for the reader of OUTPUT; Ctrl-C once more ends the process at once. " +
        "The ledger keeps what it holds, and the same command goes on.",
    );
  };
  const letGo = () => {
    dispose();
    process.kill(process.pid, first ?? "SIGTERM");
  };
  const handler = (signal: NodeJS.Signals) => {
    if (first !== null) {
      if (stuck) letGo();
      else abort("Stopping now");
      return;
    }
    first = signal;
    const wait = drainTimeoutMs ?? (signal === "SIGTERM" ? DRAIN_AFTER_SIGTERM_MS : null);
    const deadline = wait === null ? "" : `, for at most ${formatDuration(wait)}`;
    say(
      `${signal === "SIGINT" ? "Ctrl-C" : signal}: no more rows are sent; waiting for answers in flight${deadline}` +
        `${signal === "SIGINT" ? " (Ctrl-C once more stops at once)" : ""}.`,
    );
    running.drain("signal", signal === "SIGINT" ? "Ctrl-C" : `${signal} received`);
    if (wait !== null) timers.push(setTimeout(() => abort(`After ${formatDuration(wait)}`), wait));
  };
  const signals: NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, handler);
  const dispose = () => {
    for (const timer of timers) clearTimeout(timer);
    for (const signal of signals) process.off(signal, handler);
  };
  return { received: () => first, dispose };
}

/** What becomes unknown by stopping now. */
function givenUp(requests: number): string {
  if (requests === 0) return "nothing is in flight";
  const what = requests === 1 ? "1 answer in flight is" : `${count(requests)} answers in flight are`;
  return `${what} given up and may have been billed; the next run says what for, and sends again`;
}
