import pc from "picocolors";
import type { Snapshot } from "../../observe/index.ts";
import { limitWords } from "./bound-words.ts";
import { atRisk, count, counted, duration, money, pace, percent, spent, tellIf } from "./figures.ts";
import { SOURCES } from "./lane-lines.ts";
import type { Looks } from "./live-block.ts";
import { nextSteps } from "./next-steps.ts";
import { parkedWords } from "./pause-words.ts";
import { plainText } from "./plain-text.ts";
import { type Segment, wrapped } from "./segments.ts";

const LABEL_COLUMNS = 10;

/**
 * What a run came to, in labelled lines of at most `columns`; ends without a newline. `hasLedger`: false for a run whose
 * answers nobody kept, from which nothing can go on.
 */
export function renderSummary(snapshot: Snapshot, { columns, colour }: Looks, hasLedger = true): string {
  const paint = pc.createColors(colour);
  const sections: [string, readonly string[]][] = [
    ["Rows", rowFacts(snapshot)],
    ["Answers", answerFacts(snapshot)],
    ["Cache", keptFacts(snapshot)],
    ["Attempts", attemptFacts(snapshot)],
    ["Hedges", hedgeFacts(snapshot)],
    ["Tokens", tokenFacts(snapshot)],
    ["Money", moneyFacts(snapshot)],
    ["Time", timeFacts(snapshot)],
    ["Slowest", snapshot.slowest.map(({ label, ms }) => plainText(`${label} ${duration(ms)}`))],
    ...limitSections(snapshot),
    ...parkedSections(snapshot),
    ["Stopped", snapshot.stopping === null ? [] : [plainText(snapshot.stopping.message)]],
    ...nextSteps(snapshot, hasLedger).map((step): [string, string[]] => ["Next", [step]]),
  ];
  const width = Math.max(LABEL_COLUMNS + 1, columns - 1) - LABEL_COLUMNS;
  let previous = "";
  const lines = sections.flatMap(([label, facts]) => {
    const segments: Segment[] = facts.map((text) => ({ text }));
    return wrapped(segments, width).map((line) => {
      const heading = label === previous ? "" : label;
      previous = label;
      return `${paint.bold(heading.padEnd(LABEL_COLUMNS))}${line}`;
    });
  });
  return lines.join("\n");
}

function rowFacts({ copies, rows, done, inAll, run }: Snapshot): string[] {
  const isFirst = inAll.answered === run.answered;
  return [
    counted(rows, "row"),
    `${count(inAll.answered)} answered${isFirst ? "" : ` (${count(run.answered)} in this run)`}`,
    ...tellIf(copies, copies === 1 ? "copy of another row's outcome" : "copies of other rows' outcomes"),
    ...tellIf(inAll.rejected, "rejected"),
    ...tellIf(inAll.failed, "failed"),
    ...tellIf(inAll.unknown, "unknown"),
    ...tellIf(inAll.unsent, "unsent"),
    ...tellIf(rows - done, "not done"),
  ];
}

function answerFacts({ cut, filtered, empty }: Snapshot): string[] {
  return [
    ...tellIf(cut, "cut at their token limit"),
    ...tellIf(filtered, "filtered for content"),
    ...tellIf(empty, "empty"),
  ];
}

function keptFacts({ kept }: Snapshot): string[] {
  const { answers, oldestMs, saved, unpriced } = kept;
  if (answers === 0) return [];
  const worth = [
    ...(saved > 0 || unpriced === 0 ? [money(saved)] : []),
    ...(unpriced > 0 ? [`${counted(unpriced, "answer")} of unknown cost`] : []),
  ];
  return [
    `${counted(answers, "answer")} from the cache`,
    `the oldest ${duration(oldestMs)} old`,
    `${worth.join(" and ")} saved`,
  ];
}

function attemptFacts({ attempts, endings, retries, retriesByEnding }: Snapshot): string[] {
  const unanswered = byCount(endings).filter(([code]) => code !== "answered");
  const retried = byCount(retriesByEnding).map(([code, times]) => `${plainText(code)} ${count(times)}`);
  return [
    counted(attempts, "attempt"),
    `${count(endings.answered ?? 0)} answered`,
    ...unanswered.map(([code, times]) => `${count(times)} ${plainText(code)}`),
    `${count(retries)} retried${retried.length === 0 ? "" : ` (${retried.join(", ")})`}`,
  ];
}

function hedgeFacts({ hedges }: Snapshot): string[] {
  if (hedges.sent === 0) return [];
  const losers = hedges.cost > 0 || hedges.unknownCost > 0 ? [`${spent(hedges)} for second answers`] : [];
  const risk = atRisk(hedges);
  return [
    `${counted(hedges.sent, "second copy", "second copies")} sent`,
    `${count(hedges.won)} answered first`,
    ...losers,
    ...(risk === null ? [] : [`${risk} for those given up`]),
  ];
}

function tokenFacts({ run, inAll }: Snapshot): string[] {
  const { inputTokens, cachedTokens, outputTokens, reasoningTokens } = run.usage;
  if (run.answered > 0 && inputTokens + outputTokens === 0) return ["not told by the provider"];
  return [
    `${count(inputTokens)} in (${count(cachedTokens)} cached)`,
    `${count(outputTokens)} out (${count(reasoningTokens)} reasoning)`,
    ...(inAll.usage.totalTokens === run.usage.totalTokens
      ? []
      : [`${count(inAll.usage.totalTokens)} in all runs`]),
  ];
}

function moneyFacts({ run, inAll }: Snapshot): string[] {
  const sameInAll = inAll.cost === run.cost && inAll.unknownCost === run.unknownCost;
  const riskInAll = atRisk(inAll);
  return [
    `${spent(run)}${sameInAll ? "" : " in this run"}`,
    ...(sameInAll ? [] : [`${spent(inAll)} in all runs`]),
    riskInAll ?? "nothing at risk",
  ];
}

function timeFacts({ wallMs, run, latency, firstToken }: Snapshot): string[] {
  const settled = run.answered + run.rejected + run.failed + run.unknown;
  return [
    duration(wallMs),
    ...(wallMs > 0 && settled > 0 ? [pace(settled / (wallMs / 1000))] : []),
    ...(latency === null
      ? []
      : [`latency ${duration(latency.p50)} p50, ${duration(latency.p95)} p95, ${duration(latency.max)} max`]),
    ...(firstToken === null
      ? []
      : [`first token ${duration(firstToken.p50)} p50, ${duration(firstToken.p95)} p95`]),
  ];
}

function limitSections({ lanes }: Snapshot): [string, string[]][] {
  return lanes
    .filter((lane) => lane.limits.length > 0 && lane.sent > 0)
    .map((lane) => [
      "Limits",
      [
        plainText(lane.lane),
        ...lane.limits.map(
          (limit) => `${percent(limit.cumulativeShare)} of ${limitWords(limit)} (${SOURCES[limit.source]})`,
        ),
      ],
    ]);
}

/** A run that ended before its parked lanes opened: until when they would have waited. */
function parkedSections({ lanes }: Snapshot): [string, string[]][] {
  return lanes.flatMap(({ lane, paused }): [string, string[]][] =>
    paused?.parked !== true ? [] : [["Parked", [plainText(`${lane}${parkedWords(paused)}`)]]],
  );
}

/** The most frequent first; equal ones by name, so that two summaries can be compared. */
function byCount(counts: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(counts).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}
