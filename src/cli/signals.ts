import type { RunningRun } from "../app/open-run.ts";
import { formatDuration } from "../model/duration.ts";

/** Containers are killed 10 s after SIGTERM: what is not home by then is unknown either way. */
export const DRAIN_AFTER_SIGTERM_MS = 8000;

export interface SignalOptions {
  running: RunningRun["run"];
  /** `--drain-timeout`; default none for SIGINT, 8 s for SIGTERM. */
  drainTimeoutMs: number | undefined;
  say: (line: string) => void;
}

/** First signal: drain. Second: stop. Both in words. */
export function onSignals({ running, drainTimeoutMs, say }: SignalOptions): {
  received(): NodeJS.Signals | null;
  dispose(): void;
} {
  let first: NodeJS.Signals | null = null;
  let timer: NodeJS.Timeout | null = null;
  const abort = () => running.abort("signal", "stopped before all answers were home");
  const handler = (signal: NodeJS.Signals) => {
    if (first !== null) {
      say("Stopping now: answers in flight are given up; the next run says what they may have cost.");
      abort();
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
    if (wait !== null) timer = setTimeout(abort, wait);
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
