import { formatCount } from "../model/count.ts";
import { placesOf } from "../model/duplicate-id.ts";
import { UsageError } from "../model/errors.ts";
import { isObject, type JsonObject } from "../model/json-object.ts";
import type { LedgerInfo } from "../model/ledger.ts";
import { formatUsd } from "../model/money.ts";
import type { PlanComparison, PlanSettings } from "../model/plan.ts";
import type { RunHooks, RunRequest } from "./run-request.ts";

/** Decides whether a plan may take the place of the one the ledger holds; refuses or asks where money is at stake. */
export async function settleChange(
  request: RunRequest,
  hooks: RunHooks,
  { comparison, info, settings }: { comparison: PlanComparison; info: LedgerInfo; settings: PlanSettings },
): Promise<"ask-again" | "keep"> {
  refuseDuplicates(comparison, settings.sourceName);
  if (comparison.previousRows > 0 && comparison.inCommon === 0) {
    throw new UsageError(otherInput(request.ledger ?? "the ledger", comparison.previousRows, info, settings));
  }
  const sentence = whatWouldHappen(comparison, info, settings);
  if (sentence === null) {
    if (comparison.leaving > 0) {
      hooks.note(leavingNote(comparison.leaving));
    }
    return request.changed ?? "ask-again";
  }
  if (request.changed !== undefined) return request.changed;
  if (hooks.confirm !== null && (await hooks.confirm(`${sentence}. Go on?`))) return "ask-again";
  const remedy =
    comparison.askedAgain.rows > 0
      ? "--changed ask-again pays for new answers, --changed keep keeps the old ones"
      : "--changed keep goes on without them; their answers stay in the ledger";
  throw new UsageError(`${sentence}; nothing was sent: ${remedy}`);
}

/** Rows that arrive cannot be compared beforehand: other settings alone are asked about. */
export async function refuseSettingsChange(
  { changed }: RunRequest,
  hooks: RunHooks,
  info: LedgerInfo,
  settings: PlanSettings,
): Promise<void> {
  if (changed === "keep") {
    throw new UsageError(
      "--changed keep needs the whole input before the first row; leave --stream-input out",
    );
  }
  const { answered } = info.totals;
  const isSame = info.settings === null || info.settings.requestSettings === settings.requestSettings;
  if (isSame || answered === 0 || changed !== undefined) return;
  const rows = answered === 1 ? "1 answered row" : `${formatCount(answered)} answered rows`;
  const sentence = `${rows} may be asked again${differences(info.settings, settings)}, at an unknown price`;
  if (hooks.confirm !== null && (await hooks.confirm(`${sentence}. Go on?`))) return;
  throw new UsageError(`${sentence}; nothing was sent: --changed ask-again pays for new answers`);
}

/** Rows are deleted from an input now and then; when most are gone, it is likely another one. */
export function isMost(leaving: number, answered: number): boolean {
  return leaving * 2 > answered;
}

function otherInput(ledger: string, rows: number, info: LedgerInfo, { sourceName }: PlanSettings): string {
  const belongs = info.settings?.sourceName ?? "another input";
  const whose = belongs === sourceName ? `an earlier ${belongs}` : belongs;
  return `${ledger} belongs to ${whose} (${formatCount(rows)} rows), and no row of ${sourceName} is in it; use another -o, or --fresh`;
}

/** The sentence for answered rows that would be paid again or leave OUTPUT; null when nothing paid is touched. */
function whatWouldHappen(
  comparison: PlanComparison,
  info: LedgerInfo,
  settings: PlanSettings,
): string | null {
  const { askedAgain, leaving, previousAnswered } = comparison;
  if (askedAgain.rows > 0) {
    const what = `${formatCount(askedAgain.rows)} answered ${askedAgain.rows === 1 ? "row" : "rows"}`;
    return `${what} would be asked again${differences(info.settings, settings)}, ${priceOf(askedAgain)}`;
  }
  if (!isMost(leaving, previousAnswered)) return null;
  const what = `${formatCount(leaving)} of ${formatCount(previousAnswered)} answered rows would leave OUTPUT`;
  // Settings of an earlier run: its answers come back, and those of the last one go.
  const changed = differences(info.settings, settings);
  return changed === "" ? `${what}: they are not in ${settings.sourceName}` : `${what}${changed}`;
}

/** What the answers cost when they were given. A copy cost nothing, so a sum of zero beside unknown costs tells nothing. */
function priceOf({ cost, unknownCost }: PlanComparison["askedAgain"]): string {
  if (unknownCost === 0) return `about ${formatUsd(cost)}`;
  return cost === 0 ? "at an unknown price" : `about ${formatUsd(cost)}, and more at unknown prices`;
}

/** " (model grok-4.3 → grok-4.7, another prompt)" */
function differences(before: PlanSettings | null, after: PlanSettings): string {
  if (before === null) return "";
  const changed = differencesOf(settingsOf(before), settingsOf(after));
  return changed.length === 0 ? "" : ` (${changed.join(", ")})`;
}

function differencesOf(old: JsonObject, now: JsonObject): string[] {
  const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  const changed = keys.filter((key) => JSON.stringify(old[key]) !== JSON.stringify(now[key]));
  return changed.flatMap((key) => {
    const [before, after] = [old[key], now[key]];
    if (isObject(before) && isObject(after)) return differencesOf(before, after);
    return difference(key, before, after);
  });
}

/** Texts of the user's own are not shown: they may be long, and nobody's business in a log. */
function difference(key: string, before: unknown, after: unknown): string {
  if (key === "prompt" || key === "system" || !isShort(before) || !isShort(after)) return `another ${key}`;
  return `${key} ${before ?? "of each row"} → ${after ?? "of each row"}`;
}

function isShort(value: unknown): boolean {
  return value === null || value === undefined || (typeof value !== "object" && String(value).length <= 40);
}

function settingsOf(settings: PlanSettings): JsonObject {
  const parsed: unknown = JSON.parse(settings.requestSettings);
  return typeof parsed === "object" && parsed !== null ? { ...parsed } : {};
}

function refuseDuplicates({ duplicates }: PlanComparison, source: string): void {
  if (duplicates.total === 0) return;
  const shown = duplicates.first.map((id) => `  "${id.customId}" ${placesOf(id)}`);
  const more =
    duplicates.total > shown.length ? [`  … and ${formatCount(duplicates.total - shown.length)} more`] : [];
  const what = duplicates.total === 1 ? "an id" : `${formatCount(duplicates.total)} ids`;
  throw new UsageError(
    [
      `${source} gives ${what} more than once; every id must be its row's own; mend them, or name rows by another column with --id:`,
      ...shown,
      ...more,
    ].join("\n"),
  );
}

function leavingNote(rows: number): string {
  return rows === 1
    ? "1 answered row is no longer in the input; its answer stays in the ledger."
    : `${formatCount(rows)} answered rows are no longer in the input; their answers stay in the ledger.`;
}
