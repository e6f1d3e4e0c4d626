import type { RunReport } from "../app/run-report.ts";

/** What the shell is told (docs/errors.md). */
export const EXIT = {
  /** Every row answered. */
  answered: 0,
  /** Finished; some rows are not answered. */
  incomplete: 1,
  /** Usage, input, changed settings or a locked ledger: nothing was sent. Or a file that was taken away meanwhile. */
  usage: 2,
  /** The provider stopped the run: key, credits, blocked. */
  provider: 3,
  /** The budget stopped it. */
  budget: 4,
  /** Our own fault. */
  ownFault: 70,
  /** 128 + the number of the signal, as shells count. */
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;

/** The exit code of a run; a null report means the person said no before anything was sent. */
export function exitCodeOf(report: RunReport | null, signal: NodeJS.Signals | null): number {
  if (report === null) return EXIT.usage;
  if (report.stop?.reason === "account") return EXIT.provider;
  if (report.stop?.reason === "budget") return EXIT.budget;
  if (report.stop !== null && signal !== null) return codeOfSignal(signal);
  return report.answered ? EXIT.answered : EXIT.incomplete;
}

function codeOfSignal(signal: NodeJS.Signals): number {
  if (signal === "SIGTERM") return EXIT.terminated;
  return signal === "SIGHUP" ? EXIT.hungUp : EXIT.interrupted;
}
