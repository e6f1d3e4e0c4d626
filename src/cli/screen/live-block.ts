import pc from "picocolors";
import type { Snapshot } from "../../observe/index.ts";
import { boundWords } from "./bound-words.ts";
import { atRisk, count, duration, pace, percent, spent } from "./figures.ts";
import { busiestLines, factsOf, type LaneLine, textOf } from "./lane-lines.ts";
import { allPausedWords, pauseWords } from "./pause-words.ts";
import { fitted, plainText } from "./plain-text.ts";
import { oneLine, type Segment } from "./segments.ts";

export interface Looks {
  /** Columns of the terminal. */
  columns: number;
  colour: boolean;
}

/** Beyond this a longer bar says no more. */
const LONGEST_BAR = 60;
const SHORTEST_BAR = 8;

/**
 * The live block: where the run stands in four lines and one for each lane, none of which reaches the terminal's last
 * column.
 */
export function renderBlock(snapshot: Snapshot, { columns, colour }: Looks): string[] {
  const paint = pc.createColors(colour);
  const width = Math.max(1, columns - 1);
  return [
    progressLine(snapshot, width, paint),
    oneLine(rowSegments(snapshot, paint), width),
    oneLine(costSegments(snapshot, paint), width),
    oneLine([stateSegment(snapshot, paint)], width),
    ...busiestLines(snapshot).map((line) => oneLine(laneSegments(line, paint), width)),
  ];
}

/** The same in one line, for a pipe: no bar, no escape codes, nothing left out but idle models. */
export function renderPipeLine(snapshot: Snapshot): string {
  return [renderLine(snapshot), ...busiestLines(snapshot).map(textOf)].join(" · ");
}

/** Without the lanes, each of which may have a line of its own. */
export function renderLine(snapshot: Snapshot): string {
  const plain = pc.createColors(false);
  const segments = [
    { text: figuresOf(snapshot) },
    ...rowSegments(snapshot, plain),
    ...costSegments(snapshot, plain),
    stateSegment(snapshot, plain),
  ];
  return oneLine(segments, Number.POSITIVE_INFINITY);
}

type Paint = ReturnType<typeof pc.createColors>;

function progressLine(snapshot: Snapshot, width: number, paint: Paint): string {
  const figures = figuresOf(snapshot);
  const room = Math.min(LONGEST_BAR, width - figures.length - 2);
  if (room < SHORTEST_BAR) return fitted(figures, width);
  const filled = Math.floor(room * doneShare(snapshot));
  return `${paint.green("━".repeat(filled))}${paint.dim("─".repeat(room - filled))}  ${paint.bold(figures)}`;
}

/** "823/1,319  62%  36.9/s  ETA 13s" */
function figuresOf(snapshot: Snapshot): string {
  const { done, rows, rate, etaMs, phase } = snapshot;
  if (phase === "starting") return "starting";
  const eta = etaMs === null ? "ETA unknown" : `ETA ${duration(etaMs)}`;
  const progress = `${count(done)}/${count(rows)}  ${percent(doneShare(snapshot))}  ${pace(rate)}`;
  return phase === "finished" ? progress : `${progress}  ${eta}`;
}

function doneShare({ done, rows }: Snapshot): number {
  return rows === 0 ? 0 : Math.min(1, done / rows);
}

function rowSegments(snapshot: Snapshot, paint: Paint): Segment[] {
  const { inAll, inFlight, throttled, retries, done, run } = snapshot;
  const before = done - (run.answered + run.rejected + run.failed + run.unknown + run.unsent);
  return [
    { text: `${count(inFlight)} in flight` },
    { text: `${count(inAll.answered)} answered` },
    ...tellIf(inAll.rejected, "rejected", paint.yellow),
    ...tellIf(inAll.failed, "failed", paint.yellow),
    ...tellIf(inAll.unknown, "unknown", paint.yellow),
    ...tellIf(inAll.unsent, "unsent", paint.yellow),
    ...tellIf(throttled, "throttled", paint.yellow),
    ...tellIf(retries, "retried"),
    ...tellIf(before, "done before"),
  ];
}

function costSegments({ tokensPerSecond, run, inAll }: Snapshot, paint: Paint): Segment[] {
  const risk = atRisk(inAll);
  const earlier = inAll.cost !== run.cost || inAll.unknownCost !== run.unknownCost;
  return [
    { text: `${count(tokensPerSecond)} tokens/s` },
    { text: run.answered + run.unknownCost === 0 ? "$0.00 so far" : `cost ${spent(run)} so far` },
    ...(risk === null ? [] : [{ text: risk, paint: paint.yellow }]),
    ...(earlier ? [{ text: `${spent(inAll)} in all runs` }] : []),
  ];
}

function stateSegment(snapshot: Snapshot, paint: Paint): Segment {
  const { stopping, paused, halted, inFlight, lanes } = snapshot;
  if (stopping !== null) {
    const message = plainText(stopping.message);
    return { text: `stopping: ${message}; finishing ${count(inFlight)} in flight`, paint: paint.yellow };
  }
  if (halted) {
    return { text: "paused by sluice tune; sluice tune OUTPUT --resume goes on", paint: paint.yellow };
  }
  if (paused !== null) {
    const words = lanes.length > 1 ? allPausedWords(paused, lanes) : `${paused.lane} ${pauseWords(paused)}`;
    return { text: plainText(words), paint: paint.yellow };
  }
  return { text: tailWords(snapshot) ?? boundWords(snapshot) ?? "", paint: paint.cyan };
}

/** "waiting for request-17 (4m 10s) and 2 more" */
function tailWords({ tail }: Snapshot): string | null {
  if (tail === null) return null;
  const more = tail.more === 0 ? "" : ` and ${count(tail.more)} more`;
  return plainText(`waiting for ${tail.label} (${duration(tail.ms)})${more}`);
}

function laneSegments(line: LaneLine, paint: Paint): Segment[] {
  const look = line.paused === null ? paint.dim : paint.yellow;
  return factsOf(line).map((text) => ({ text, paint: look }));
}

function tellIf(amount: number, word: string, paint?: (text: string) => string): Segment[] {
  return amount <= 0 ? [] : [{ text: `${count(amount)} ${word}`, paint }];
}
