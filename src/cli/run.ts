import type { Command } from "commander";
import { dryRun } from "../app/dry-run.ts";
import { type OpenRun, openRun } from "../app/open-run.ts";
import type { RunHooks } from "../app/run-request.ts";
import { systemClock } from "../model/clock.ts";
import type { RunEvent } from "../model/events.ts";
import { formatUsd, usdToTicks } from "../model/money.ts";
import { ask } from "./ask.ts";
import { dryRunJson, renderDryRun } from "./dry-run.ts";
import { exitCodeOf } from "./exit-codes.ts";
import { holdMemory } from "./hold-memory.ts";
import { type RunFlags, requestOf } from "./run-flags.ts";
import { runHooks } from "./run-hooks.ts";
import { defineRun } from "./run-options.ts";
import { createScreen, renderSummary, type Screen, summaryJson, timeOfDay } from "./screen/index.ts";
import { onSignals } from "./signals.ts";

/** A run expected to cost more than this asks first, on a terminal, unless a budget or --yes was given. */
const ASK_ABOVE_TICKS = usdToTicks(20);

/** `sluice run`: options, the app's own run, screen, exit code. `typed` is the whole command line. */
export function runCommand(done: (code: number) => void, typed: readonly string[]): Command {
  return defineRun().action(async (input: string, stray: string[], flags: RunFlags) => {
    const request = requestOf(input, stray, flags, typed);
    const hooks = runHooks({
      stream: process.stderr,
      isTerminal: isTerminal(),
      confirm: process.stderr.isTTY === true && process.stdin.isTTY === true ? ask : null,
      quiet: flags.quiet === true,
    });
    const surroundings = { env: process.env, clock: systemClock, random: Math.random };
    if (request.dryRun) {
      const reckoned = await dryRun(request, hooks, surroundings);
      process.stdout.write(flags.json ? `${JSON.stringify(dryRunJson(reckoned))}\n` : renderDryRun(reckoned));
      return;
    }
    holdMemory();
    const open = await openRun(request, hooks, surroundings);
    try {
      hooks.note(open.preview.line);
      done((await isAgreed(open, hooks, flags)) ? await runToEnd(open, flags) : exitCodeOf(null, null));
    } finally {
      await open.close();
    }
  });
}

async function isAgreed({ preview }: OpenRun, hooks: RunHooks, flags: RunFlags): Promise<boolean> {
  const isDear = preview.high !== null && preview.high > ASK_ABOVE_TICKS;
  if (!isDear || hooks.confirm === null || flags.yes || flags.budget !== undefined) return true;
  const agreed = await hooks.confirm(`This may cost up to ${formatUsd(preview.high ?? 0)}. Go on?`);
  if (!agreed)
    process.stderr.write("Nothing was sent; --budget sets a limit, --yes goes on without asking.\n");
  return agreed;
}

async function runToEnd(open: OpenRun, flags: RunFlags): Promise<number> {
  const quiet = flags.quiet === true;
  const colour = isTerminal() && !process.env.NO_COLOR;
  const columns = () => process.stderr.columns || 80;
  const screen = createScreen({
    stream: process.stderr,
    isTerminal: isTerminal(),
    columns,
    lines: () => process.stderr.rows || Number.POSITIVE_INFINITY,
    clock: systemClock,
    snapshot: () => running.observer.snapshot(),
    quiet,
    colour,
  });
  const running = await open.start((event) => tell(screen, event, quiet));
  const signals = onSignals({
    running: running.run,
    inFlight: () => running.observer.snapshot().inFlight,
    drainTimeoutMs: flags.drainTimeout,
    say: (line) => {
      if (!quiet) screen.println(line);
    },
  });
  screen.start();
  try {
    const report = await running.done;
    screen.stop();
    if (!quiet) {
      const looks = { columns: columns(), colour };
      process.stderr.write(`${renderSummary(report.snapshot, looks, flags.ledger !== false)}\n`);
    }
    if (flags.json) process.stdout.write(`${JSON.stringify(summaryJson(report.snapshot))}\n`);
    return exitCodeOf(report, signals.received());
  } finally {
    screen.stop();
    signals.dispose();
  }
}

/** What happens on the way, above the live block. A stop by the provider or the budget is an error: `-q` shows it. */
function tell(screen: Screen, event: RunEvent, quiet: boolean): void {
  if (event.type === "stopping" && event.reason !== "signal") {
    screen.println(`Stopping: ${event.message.replace(/\.$/, "")}; waiting for answers in flight.`);
  }
  if (quiet) return;
  if (event.type === "note") screen.println(event.message);
  if (event.type === "paused" && !event.repeated) screen.println(pauseNote(event));
}

/** Said once, when a lane begins to wait; how long it still does is in the live block. */
function pauseNote({ lane, reason, untilWall, parked }: Extract<RunEvent, { type: "paused" }>): string {
  const until = untilWall === null ? "" : ` until ${timeOfDay(untilWall, systemClock.wall())}`;
  if (!parked) return `${lane} waits${until}: ${reason.replace(/\.$/, "")}.`;
  return `${lane} is parked${until}: ${reason.replace(/\.$/, "")}. Ctrl-C ends the run; the same command goes on later.`;
}

/** One that understands escape codes. */
function isTerminal(): boolean {
  return process.stderr.isTTY === true && process.env.TERM !== "dumb";
}
