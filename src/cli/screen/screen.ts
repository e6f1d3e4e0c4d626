import type { Clock } from "../../model/clock.ts";
import type { Snapshot } from "../../observe/index.ts";
import { type Looks, renderBlock, renderLine } from "./live-block.ts";
import { displayWidth, plainText } from "./plain-text.ts";

const FRAME_MS = 100;
const LINE_MS = 5000;

const ESCAPE = "\u001b[";
const CLEAR_TO_LINE_END = `${ESCAPE}K`;
const CLEAR_BELOW = `${ESCAPE}J`;
/** The terminal shows a frame only when it is whole; those that do not know the code ignore it. */
const BEGIN_FRAME = `${ESCAPE}?2026h`;
const END_FRAME = `${ESCAPE}?2026l`;

export interface ScreenOptions {
  /** Where to draw: standard error. */
  stream: { write(text: string): unknown };
  /** False in a pipe, and on a terminal that knows no escape codes (TERM=dumb). */
  isTerminal: boolean;
  /** Columns now; asked for every frame, so that a resize is met. */
  columns: () => number;
  /** Rows now; a block never fills the window. Default: always enough. */
  lines?: () => number;
  clock: Clock;
  snapshot: () => Snapshot;
  /** Nothing is drawn; `println` still prints. */
  quiet: boolean;
  colour: boolean;
}

export interface Screen {
  start(): void;
  /** Removes the live block; what was printed stays. */
  stop(): void;
  /** Prints lines above the live block. Escape codes and control characters are taken out. */
  println(text: string): void;
}

/** The live display of a run: a block redrawn in place on a terminal, a plain line every 5 s in a pipe. */
export function createScreen(options: ScreenOptions): Screen {
  const { stream, clock, quiet, snapshot } = options;
  const display = options.isTerminal ? blockDisplay(options) : lineDisplay(options);
  let cancel: (() => void) | null = null;

  function tick(): void {
    display.draw();
    cancel = clock.after(display.everyMs, tick);
  }

  return {
    start() {
      if (quiet || cancel !== null) return;
      if (options.isTerminal) tick();
      else cancel = clock.after(display.everyMs, tick);
    },
    stop() {
      if (cancel === null) return;
      cancel();
      cancel = null;
      display.clear();
    },
    println(text) {
      const plain = text.split("\n").map(plainText).join("\n");
      if (cancel === null) stream.write(`${plain}\n`);
      else display.print(`${plain}\n`, snapshot());
    },
  };
}

interface Display {
  everyMs: number;
  draw(): void;
  print(text: string, snapshot: Snapshot): void;
  clear(): void;
}

function lineDisplay({ stream, snapshot }: ScreenOptions): Display {
  return {
    everyMs: LINE_MS,
    draw() {
      const present = snapshot();
      if (present.phase !== "starting") stream.write(`${renderLine(present)}\n`);
    },
    print: (text) => void stream.write(text),
    clear: () => {},
  };
}

/**
 * Between frames the cursor rests, visible, on the line below the block. So whatever ends the process, a kill too,
 * leaves a terminal that needs no repair, and the shell's prompt on a line of its own.
 */
function blockDisplay({ stream, columns, lines, snapshot, colour }: ScreenOptions): Display {
  let widths: number[] = [];
  let shown = "";
  let shownColumns = 0;

  /** To the block's first line. A narrower window has folded lines that were drawn for a wider one. */
  function toTop(width: number): string {
    const above = widths.reduce((sum, drawn) => sum + Math.max(1, Math.ceil(drawn / width)), 0);
    return above === 0 ? "" : `${ESCAPE}${above}A\r`;
  }

  function frame(before: string, looks: Looks, present: Snapshot): string {
    const block = renderBlock(present, looks).slice(
      0,
      Math.max(0, (lines?.() ?? Number.POSITIVE_INFINITY) - 1),
    );
    const text = block.map((line) => `${line}${CLEAR_TO_LINE_END}\n`).join("");
    const isSame = before === "" && text === shown && looks.columns === shownColumns;
    if (isSame) return "";
    const wipe = before !== "" || looks.columns !== shownColumns ? CLEAR_BELOW : "";
    const output = `${BEGIN_FRAME}${toTop(looks.columns)}${wipe}${before}${text}${CLEAR_BELOW}${END_FRAME}`;
    widths = block.map((line) => displayWidth(plainText(line)));
    shown = text;
    shownColumns = looks.columns;
    return output;
  }

  function show(before: string, present: Snapshot): void {
    const output = frame(before, { columns: Math.max(1, columns()), colour }, present);
    if (output !== "") stream.write(output);
  }

  return {
    everyMs: FRAME_MS,
    draw: () => show("", snapshot()),
    print: (text, present) => show(text, present),
    clear() {
      if (widths.length > 0) stream.write(`${toTop(Math.max(1, columns()))}${CLEAR_BELOW}`);
      widths = [];
      shown = "";
    },
  };
}
