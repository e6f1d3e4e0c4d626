import { displayWidth, fitted } from "./plain-text.ts";

/** A piece of a line: its text decides what fits, its paint only how it looks. */
export interface Segment {
  text: string;
  paint?: ((text: string) => string) | undefined;
}

const SEPARATOR = " · ";

/** One line of at most so many columns: the first segments that fit; a first one too long is cut. */
export function oneLine(segments: readonly Segment[], columns: number): string {
  const line = fillLine(segments, columns).line;
  return line.map(painted).join(SEPARATOR);
}

/** All segments, on as many lines as they need; one longer than a line is broken between its words. */
export function wrapped(segments: readonly Segment[], columns: number): string[] {
  const lines: string[] = [];
  let rest: readonly Segment[] = segments.flatMap((segment) => brokenUp(segment, columns));
  while (rest.length > 0) {
    const filled = fillLine(rest, columns);
    lines.push(filled.line.map(painted).join(SEPARATOR));
    rest = filled.rest;
  }
  return lines;
}

/** Pieces of a long segment, each of which fills its line too far for another to join it. */
function brokenUp(segment: Segment, columns: number): Segment[] {
  if (displayWidth(segment.text) <= columns) return [segment];
  const pieces: string[] = [];
  for (const word of segment.text.split(" ")) {
    const last = pieces.at(-1);
    if (last !== undefined && displayWidth(last) + 1 + displayWidth(word) <= columns) {
      pieces[pieces.length - 1] = `${last} ${word}`;
    } else pieces.push(word);
  }
  return pieces.map((text) => ({ ...segment, text }));
}

function fillLine(
  segments: readonly Segment[],
  columns: number,
): { line: Segment[]; rest: readonly Segment[] } {
  const line: Segment[] = [];
  let left = columns;
  for (const [place, segment] of segments.entries()) {
    const width = displayWidth(segment.text) + (place === 0 ? 0 : SEPARATOR.length);
    if (place > 0 && width > left) return { line, rest: segments.slice(place) };
    line.push(place === 0 ? { ...segment, text: fitted(segment.text, columns) } : segment);
    left -= width;
  }
  return { line, rest: [] };
}

function painted({ text, paint }: Segment): string {
  return paint === undefined ? text : paint(text);
}
