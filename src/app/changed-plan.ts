import { UsageError } from "../model/errors.ts";
import type { LedgerInfo, PlanComparison, PlanSettings } from "../model/ledger.ts";
import { formatUsd } from "../model/money.ts";
import type { RunHooks, RunRequest } from "./run-request.ts";

/** Decides whether a plan may take the place of the one the ledger holds; refuses or asks where money is at stake. */
export async function settleChange(
  request: RunRequest,
  hooks: RunHooks,
  { comparison, info, settings }: { comparison: PlanComparison; info: LedgerInfo; settings: PlanSettings },
): Promise<"ask-again" | "keep"> {
  refuseDuplicates(comparison, settings.sourceName);
  if (comparison.previousRows > 0 && comparison.inCommon === 0) {
    throw new UsageError(
      `${request.ledger} belongs to ${info.settings?.sourceName ?? "another input"} ` +
        `(${count(comparison.previousRows)} rows), and no row of ${settings.sourceName} is in it: ` +
        "use another -o, or --fresh.",
    );
  }
  const sentence = whatWouldHappen(comparison, info, settings);
  if (sentence === null) {
    if (comparison.leaving > 0) {
      hooks.note(`${rows(comparison.leaving)} no longer in the input; their answers stay in the ledger.`);
    }
    return request.changed ?? "ask-again";
  }
  if (request.changed !== undefined) return request.changed;
  if (hooks.confirm !== null && (await hooks.confirm(`${sentence}. Go on?`))) return "ask-again";
  throw new UsageError(
    `${sentence}. Nothing was sent. --changed ask-again pays for new answers, --changed keep keeps the old ones.`,
  );
}

/** The sentence for answered rows that would be paid again or leave OUTPUT; null when nothing paid is touched. */
function whatWouldHappen(
  comparison: PlanComparison,
  info: LedgerInfo,
  settings: PlanSettings,
): string | null {
  const { askedAgain, leaving, previousAnswered } = comparison;
  if (askedAgain.rows > 0) {
    const unpriced = askedAgain.unknownCost === askedAgain.rows;
    const money = unpriced ? "at an unknown price" : `about ${formatUsd(askedAgain.cost)}`;
    const what = `${count(askedAgain.rows)} answered ${askedAgain.rows === 1 ? "row" : "rows"}`;
    return `${what} would be asked again${differences(info.settings, settings)}, ${money}`;
  }
  const mostLeave = leaving * 2 > previousAnswered;
  return mostLeave
    ? `${count(leaving)} of ${count(previousAnswered)} answered rows would leave OUTPUT: they are not in ${settings.sourceName}`
    : null;
}

/** " (model grok-4.3 → grok-4.7, another prompt)" */
function differences(before: PlanSettings | null, after: PlanSettings): string {
  if (before === null) return "";
  const old = settingsOf(before);
  const now = settingsOf(after);
  const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  const changed = keys.filter((key) => JSON.stringify(old[key]) !== JSON.stringify(now[key]));
  if (changed.length === 0) return "";
  return ` (${changed.map((key) => difference(key, old[key], now[key])).join(", ")})`;
}

function difference(key: string, before: unknown, after: unknown): string {
  const short = (value: unknown) => value === undefined || value === null || String(value).length <= 40;
  const isSecretive = key === "prompt" || key === "system";
  if (
    isSecretive ||
    typeof before === "object" ||
    typeof after === "object" ||
    !short(before) ||
    !short(after)
  ) {
    return `another ${key}`;
  }
  return `${key} ${before ?? "as in the file"} → ${after ?? "as in the file"}`;
}

function settingsOf(settings: PlanSettings): Record<string, unknown> {
  const parsed: unknown = JSON.parse(settings.requestSettings);
  return typeof parsed === "object" && parsed !== null ? { ...parsed } : {};
}

function refuseDuplicates({ duplicates }: PlanComparison, source: string): void {
  if (duplicates.total === 0) return;
  const shown = duplicates.first.map(({ customId, lines }) => `  "${customId}" in lines ${lines.join(", ")}`);
  const more =
    duplicates.total > shown.length ? [`  … and ${count(duplicates.total - shown.length)} more`] : [];
  const what = duplicates.total === 1 ? "an id" : `${count(duplicates.total)} ids`;
  throw new UsageError(
    [
      `${source} gives ${what} more than once; every custom_id must be its row's own:`,
      ...shown,
      ...more,
    ].join("\n"),
  );
}

function rows(number: number): string {
  return number === 1 ? "1 answered row is" : `${count(number)} answered rows are`;
}

function count(number: number): string {
  return number.toLocaleString("en-US");
}
