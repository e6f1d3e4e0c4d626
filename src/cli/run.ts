import type { Command } from "commander";
import { openRun } from "../app/open-run.ts";
import type { RunHooks } from "../app/run-request.ts";
import { systemClock } from "../model/clock.ts";
import { formatUsd, usdToTicks } from "../model/money.ts";
import { ask } from "./ask.ts";
import { exitCodeOf } from "./exit-codes.ts";
import { type RunFlags, requestOf } from "./run-flags.ts";
import { defineRun } from "./run-options.ts";
import { createScreen, renderSummary, summaryJson } from "./screen/index.ts";
import { onSignals } from "./signals.ts";

/** A run expected to cost more than this asks first, on a terminal, unless a budget or --yes was given. */
const ASK_ABOVE_TICKS = usdToTicks(20);

/** `sluice run`: options, the app's own run, screen, exit code. */
export function runCommand(done: (code: number) => void): Command {
  return defineRun().action(async (input: string, stray: string[], flags: RunFlags) => {
    const request = requestOf(input, stray, flags);
    const terminal = process.stderr.isTTY === true;
    const say = (line: string) => {
      if (!flags.quiet) process.stderr.write(`${line}\n`);
    };
    const hooks: RunHooks = {
      note: say,
      confirm: terminal && process.stdin.isTTY === true ? ask : null,
      progress: (rows) => {
        if (terminal && !flags.quiet)
          process.stderr.write(`\rreading: ${rows.toLocaleString("en-US")} rows\r`);
      },
    };
    const open = await openRun(request, hooks, { env: process.env, clock: systemClock, random: Math.random });
    try {
      say(open.preview.line);
      if (hooks.confirm !== null && !flags.yes && flags.budget === undefined && isDear(open.preview.high)) {
        const question = `This may cost up to ${formatUsd(open.preview.high ?? 0)}. Go on?`;
        if (!(await hooks.confirm(question))) return done(exitCodeOf(null, null));
      }
      done(await runToEnd(open, flags, terminal));
    } finally {
      await open.close();
    }
  });
}

function isDear(high: number | null): boolean {
  return high !== null && high > ASK_ABOVE_TICKS;
}

async function runToEnd(
  open: Awaited<ReturnType<typeof openRun>>,
  flags: RunFlags,
  terminal: boolean,
): Promise<number> {
  const screen = createScreen({
    stream: process.stderr,
    isTerminal: terminal,
    columns: () => process.stderr.columns ?? 80,
    clock: systemClock,
    snapshot: () => running.observer.snapshot(),
    quiet: flags.quiet === true,
    colour: terminal && !process.env["NO_COLOR"],
  });
  const running = open.start((event) => {
    if (event.type === "note") screen.println(event.message);
    if (event.type === "stopping")
      screen.println(`Stopping: ${event.message}; waiting for answers in flight.`);
    if (event.type === "paused") screen.println(event.reason);
  });
  const signals = onSignals({
    running: running.run,
    drainTimeoutMs: flags.drainTimeout,
    say: screen.println,
  });
  screen.start();
  try {
    const report = await running.done;
    screen.stop();
    const columns = process.stderr.columns ?? 80;
    if (!flags.quiet) {
      const colour = terminal && !process.env["NO_COLOR"];
      process.stderr.write(`${renderSummary(report.snapshot, { columns, colour })}\n`);
    }
    if (flags.json) process.stdout.write(`${JSON.stringify(summaryJson(report.snapshot))}\n`);
    return exitCodeOf(report, signals.received());
  } finally {
    screen.stop();
    signals.dispose();
  }
}
