import type { RunningRun } from "../app/open-run.ts";
import { formatDuration } from "../model/duration.ts";
import { count } from "./screen/index.ts";

/** Containers are killed 10 s after SIGTERM: what is not home by then is unknown either way. */
export const DRAIN_AFTER_SIGTERM_MS = 8000;

export interface SignalOptions {
  running: RunningRun["run"];
  /** Requests that were sent and have no answer yet. */
  inFlight: () => number;
  /** `--drain-timeout`; default none for SIGINT, 8 s for SIGTERM. */
  drainTimeoutMs: number | undefined;
  say: (line: string) => void;
}

/** First signal: drain. Second, or the end of the wait: stop. All in words. */
export function onSignals({ running, inFlight, drainTimeoutMs, say }: SignalOptions): {
  received(): NodeJS.Signals | null;
  dispose(): void;
} {
  let first: NodeJS.Signals | null = null;
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;
  const abort = (why: string) => {
    if (stopped) return;
    stopped = true;
    say(`${why}: ${givenUp(inFlight())}.`);
    running.abort("signal", "stopped before all answers were home");
  };
  const handler = (signal: NodeJS.Signals) => {
    if (first !== null) {
      abort("Stopping now");
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
    if (wait !== null) timer = setTimeout(() => abort(`After ${formatDuration(wait)}`), wait);
  };
  const signals: NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, handler);
  return {
    received: () => first,
    dispose() {
      if (timer !== null) clearTimeout(timer);
      for (const signal of signals) process.off(signal, handler);
    },
  };
}

/** What becomes unknown by stopping now. */
function givenUp(requests: number): string {
  if (requests === 0) return "nothing is in flight";
  const what = requests === 1 ? "1 answer in flight is" : `${count(requests)} answers in flight are`;
  return `${what} given up and may have been billed; the next run says what for, and sends again`;
}
