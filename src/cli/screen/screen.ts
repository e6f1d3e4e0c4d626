import type { Clock } from "../../model/clock.ts";
import type { Snapshot } from "../../observe/index.ts";
import { type Looks, renderBlock, renderPipeLine } from "./live-block.ts";
import { displayWidth, plainText } from "./plain-text.ts";

const FRAME_MS = 100;
const LINE_MS = 5000;
/** While every model is parked, for hours perhaps, a log is not to fill with one line. */
const PARKED_LINE_MS = 10 * 60_000;

const ESCAPE = "\u001b[";
/** From where the cursor is; only a line cleared from its first column forgets that the terminal had folded it. */
const CLEAR_LINE = `${ESCAPE}K`;
const CLEAR_BELOW = `${ESCAPE}J`;
/** The terminal shows a frame only when it is whole; those that do not know the code ignore it. */
const BEGIN_FRAME = `${ESCAPE}?2026h`;
const END_FRAME = `${ESCAPE}?2026l`;
/** A terminal may be narrower than it has told us yet (tmux takes a quarter of a second): lines are cut, not folded. */
const NO_FOLDING = `${ESCAPE}?7l`;
const FOLDING = `${ESCAPE}?7h`;

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

function lineDisplay({ stream, snapshot, clock }: ScreenOptions): Display {
  let quietUntil = 0;
  return {
    everyMs: LINE_MS,
    draw() {
      const present = snapshot();
      const isParked = present.phase === "paused" && present.paused?.parked === true;
      if (present.phase === "starting" || (isParked && clock.now() < quietUntil)) return;
      quietUntil = isParked ? clock.now() + PARKED_LINE_MS : 0;
      stream.write(`${renderPipeLine(present)}\n`);
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

  /** The rows the block takes now: a narrower window has folded lines that were drawn for a wider one. */
  function rowsTaken(width: number): number {
    return widths.reduce((sum, drawn) => sum + Math.max(1, Math.ceil(drawn / width)), 0);
  }

  /**
   * Line by line over what is there, then whatever is left below is cleared. Clearing from the top instead would
   * flicker, and tmux moves a block that is cleared at the top of its window into the history.
   */
  function frame(before: string, looks: Looks, present: Snapshot): string {
    const most = Math.max(0, (lines?.() ?? Number.POSITIVE_INFINITY) - 1);
    const block = renderBlock(present, looks).slice(0, most);
    const text = block.map((line) => `${CLEAR_LINE}${line}\n`).join("");
    if (before === "" && text === shown && looks.columns === shownColumns) return "";
    const printed = before === "" ? "" : CLEAR_LINE + before.replaceAll("\n", `${CLEAR_LINE}\n`);
    const drawn = `${printed}${NO_FOLDING}${text}${CLEAR_BELOW}${FOLDING}`;
    const output = `${BEGIN_FRAME}${up(rowsTaken(looks.columns))}${drawn}${END_FRAME}`;
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
      const taken = rowsTaken(Math.max(1, columns()));
      if (taken > 0) stream.write(`${up(taken)}${`${CLEAR_LINE}\n`.repeat(taken)}${up(taken)}`);
      widths = [];
      shown = "";
    },
  };
}

function up(rows: number): string {
  return rows === 0 ? "" : `${ESCAPE}${rows}A\r`;
}
