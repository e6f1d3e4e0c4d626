import { formatCount } from "../model/count.ts";
import { UsageError } from "../model/errors.ts";
import type { Ledger, LedgerInfo, RunStart } from "../model/ledger.ts";
import { formatUsd } from "../model/money.ts";
import type { PlanSettings } from "../model/plan.ts";
import type { Source } from "../model/source.ts";
import { type DoorReport, type Planner, passDoor } from "../plan/index.ts";
import { settleChange } from "./changed-plan.ts";
import type { RunHooks, RunRequest } from "./run-request.ts";

/** A plan in force, and what there is to do. */
export interface PlannedRun {
  start: RunStart;
  info: LedgerInfo;
  /** Null when an unchanged source let the door be skipped. */
  door: DoorReport | null;
  /** Lines that OUTPUT holds of this plan's first rows; 0 where rows have moved since it was written. */
  linesBefore: number;
}

/**
 * Passes the door, unless source and settings are what the ledger already planned and nothing more is to be known of
 * them; then opens the run.
 */
export async function planRun(
  request: RunRequest,
  hooks: RunHooks,
  { source, planner, ledger }: { source: Source; planner: Planner; ledger: Ledger },
): Promise<PlannedRun> {
  const before = await ledger.info();
  const settings: PlanSettings = {
    // Bad rows are looked at again when they are no longer to be skipped.
    sourceFingerprint: `${await source.fingerprint()}${request.skipInvalid ? " skip-invalid" : ""}`,
    sourceName: source.name,
    requestSettings: planner.settings(),
  };
  // What a budget can promise, and what a dry run tells, only the rows themselves say.
  const isKnown = request.budget === undefined && !request.dryRun && isSame(before.settings, settings);
  const door = isKnown ? null : await pass(request, hooks, source, planner, ledger);
  if (door !== null) {
    const change = { comparison: door.comparison, info: before, settings };
    const changed = await settleChange(request, hooks, change).catch(async (error: unknown) => {
      await ledger.unstage();
      throw error;
    });
    await ledger.adopt(settings, changed);
  }
  const { dedupe, retryFailed, retryUnknown } = request;
  sayUnknown(hooks, before);
  const start = await ledger.begin({ dedupe, retryFailed, retryUnknown });
  const info = await ledger.info();
  return { start, info, door, linesBefore: info.output?.nextIndex ?? 0 };
}

async function pass(
  request: RunRequest,
  hooks: RunHooks,
  source: Source,
  planner: Planner,
  ledger: Ledger,
): Promise<DoorReport> {
  const { skipInvalid } = request;
  const passing = passDoor({ source, planner, ledger, skipInvalid, onProgress: hooks.progress });
  const report = await passing.finally(() => hooks.progress(null));
  if (report.problems.length > 0 && !skipInvalid) {
    await ledger.unstage();
    throw new UsageError(badRows(source.name, report));
  }
  return report;
}

function isSame(before: PlanSettings | null, now: PlanSettings): boolean {
  return (
    before?.sourceFingerprint === now.sourceFingerprint && before.requestSettings === now.requestSettings
  );
}

/** Said before anything is sent again. */
export function sayUnknown(hooks: RunHooks, { unknown }: LedgerInfo): void {
  if (unknown.rows === 0) return;
  hooks.note(unknownSentence(unknown));
}

/** Rows that went out and never came home, and what they may have cost. */
export function unknownSentence({ rows, atRisk, unpriced }: LedgerInfo["unknown"]): string {
  const what = rows === 1 ? "1 row was" : `${formatCount(rows)} rows were`;
  const [them, they, again] = rows === 1 ? ["it", "it", "it is"] : ["them", "they", "they are"];
  const known = atRisk === 0 ? [] : [`up to ${formatUsd(atRisk)} may have been billed for ${them}`];
  const unknown = unpriced === 0 ? [] : [`what ${they} may have cost is unknown`];
  const money =
    known.length > 0 && unpriced > 0 ? [`${known[0]}, and more at unknown prices`] : [...known, ...unknown];
  const fate = `${what} sent by an earlier run that ended before the answers came`;
  return `${[fate, ...money].join("; ")}; ${again} sent again.`;
}

function badRows(name: string, { invalid, problems }: DoorReport): string {
  const rest = invalid - problems.length;
  const lines = problems.map((problem) => `  ${problem}`);
  if (rest > 0) lines.push(`  … and ${formatCount(rest)} more`);
  const what = invalid === 1 ? "1 bad row" : `${formatCount(invalid)} bad rows`;
  return [
    `${name} holds ${what} and nothing was sent; mend them, or leave them out with --skip-invalid:`,
    ...lines,
  ].join("\n");
}
