import { describe, expect, test } from "vitest";
import { createScreen, type ScreenOptions } from "../../src/cli/screen/index.ts";
import { renderBlock } from "../../src/cli/screen/live-block.ts";
import type { Snapshot } from "../../src/observe/index.ts";
import { virtualClock } from "../support/virtual-clock.ts";
import { fakeTerminal } from "./fake-terminal.ts";
import { midRun } from "./snapshots.ts";

function screenOn(columns: number, options: Partial<ScreenOptions> = {}) {
  const clock = virtualClock();
  const terminal = fakeTerminal(columns);
  const state = { columns, snapshot: midRun() };
  const screen = createScreen({
    stream: terminal,
    isTerminal: true,
    columns: () => state.columns,
    clock,
    snapshot: () => state.snapshot,
    quiet: false,
    colour: false,
    ...options,
  });
  const block = (snapshot: Snapshot = state.snapshot) =>
    renderBlock(snapshot, { columns: state.columns, colour: false }).join("\n");
  return { clock, terminal, state, screen, block };
}

describe("on a terminal", () => {
  test("one block is redrawn in place, and the cursor rests on the line below it", () => {
    const { clock, terminal, state, screen, block } = screenOn(80);
    screen.start();
    expect(terminal.text()).toBe(block());
    for (let done = 824; done < 900; done += 1) {
      state.snapshot = midRun({ done, inFlight: done % 7 === 0 ? 5 : 4321 });
      clock.advance(100);
      expect(terminal.text()).toBe(block());
      expect(terminal.cursor()).toEqual({ row: 5, column: 0 });
    }
  });

  test("it is drawn at most ten times a second, in one write each, and not at all when nothing changed", () => {
    const { clock, terminal, state, screen } = screenOn(80);
    screen.start();
    clock.advance(5000);
    expect(terminal.writes).toHaveLength(1);
    for (let moment = 0; moment < 1000; moment += 1) {
      state.snapshot = midRun({ done: 200 + moment });
      clock.advance(1);
    }
    expect(terminal.writes).toHaveLength(11);
  });

  test("lines are printed above the block, without the escape codes of others", () => {
    const { clock, terminal, screen, block } = screenOn(80);
    screen.println("before");
    screen.start();
    screen.println("one\u001b[2J\u001b]0;title\u0007\rtwo\n\u001b[31mthree\u009b");
    clock.advance(100);
    expect(terminal.text()).toBe(`before\none two\nthree\n${block()}`);
    screen.stop();
    screen.println("after");
    expect(terminal.text()).toBe("before\none two\nthree\nafter");
  });

  test("a printed line longer than the terminal leaves the block whole", () => {
    const { clock, terminal, state, screen, block } = screenOn(80);
    screen.start();
    screen.println("x".repeat(200));
    state.snapshot = midRun({ done: 900 });
    clock.advance(100);
    expect(terminal.text()).toBe(`${"x".repeat(80)}\n${"x".repeat(80)}\n${"x".repeat(40)}\n${block()}`);
  });

  test.each([
    [140, 80],
    [80, 30],
    [80, 140],
    [80, 21],
  ])("a resize from %d to %d columns leaves one block", (from, to) => {
    const { clock, terminal, state, screen, block } = screenOn(from);
    screen.println("kept");
    screen.start();
    terminal.resize(to);
    state.columns = to;
    clock.advance(100);
    expect(terminal.text()).toBe(`kept\n${block()}`);
  });

  test("a terminal that tells its new width late is not left with two blocks", () => {
    const { clock, terminal, state, screen, block } = screenOn(80);
    screen.println("kept");
    screen.start();
    terminal.resize(50);
    for (let late = 0; late < 3; late += 1) {
      state.snapshot = midRun({ done: 900 + late });
      clock.advance(100);
    }
    state.columns = 50;
    clock.advance(100);
    expect(terminal.text()).toBe(`kept\n${block()}`);
  });

  test("stopping takes the block away and wakes nobody any more", () => {
    const { clock, terminal, screen } = screenOn(80);
    screen.println("kept");
    screen.start();
    screen.start();
    clock.advance(250);
    screen.stop();
    screen.stop();
    expect(terminal.text()).toBe("kept");
    expect(terminal.cursor()).toEqual({ row: 1, column: 0 });
    expect(clock.waiting()).toBe(0);
  });

  test("the cursor is never hidden and no mode is left on: a kill needs no repair", () => {
    const { clock, terminal, screen } = screenOn(80, { colour: true });
    screen.start();
    clock.advance(100);
    const output = terminal.writes.join("");
    const modes = [...output.matchAll(/\?(\d+)([hl])/g)].map(([, mode, state]) => `${mode}${state}`);
    expect(modes).toEqual(["2026h", "7l", "7h", "2026l"]);
  });

  test("a window lower than the block shows what fits", () => {
    const { clock, terminal, state, screen, block } = screenOn(80, { lines: () => 3 });
    screen.start();
    state.snapshot = midRun({ done: 900 });
    clock.advance(100);
    expect(terminal.text()).toBe(block().split("\n").slice(0, 2).join("\n"));
  });
});

describe("in a pipe", () => {
  test("a plain line comes every five seconds, without escape codes", () => {
    const { clock, terminal, state, screen } = screenOn(80, { isTerminal: false });
    screen.start();
    clock.advance(4999);
    expect(terminal.text()).toBe("");
    clock.advance(1);
    state.snapshot = midRun({ stopping: { reason: "signal", message: "\u001b[1minterrupted\u0007" } });
    clock.advance(5000);
    screen.println("note");
    screen.stop();
    const lines = terminal.writes.join("").split("\n");
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^823\/1,319 {2}62% .* bound by requests per second: 98% of 37 · 98% of 37 /);
    expect(lines[1]).toMatch(/stopping: interrupted; finishing 92 in flight · /);
    expect(lines[2]).toBe("note");
    expect(lines.join("")).not.toMatch(/\p{Cc}/u);
    expect(clock.waiting()).toBe(0);
  });

  test("a line comes every ten minutes while every model is parked", () => {
    const { clock, terminal, state, screen } = screenOn(80, { isTerminal: false });
    const paused = { lane: "m", reason: "no more today", untilWall: null, forMs: null, parked: true };
    state.snapshot = midRun({ phase: "paused", paused });
    screen.start();
    clock.advance(60 * 60_000);
    expect(terminal.writes).toHaveLength(6);
    state.snapshot = midRun();
    clock.advance(10_000);
    expect(terminal.writes).toHaveLength(8);
    screen.stop();
  });

  test("nothing is told before the run starts", () => {
    const { clock, terminal, state, screen } = screenOn(80, { isTerminal: false });
    state.snapshot = midRun({ phase: "starting" });
    screen.start();
    clock.advance(20_000);
    expect(terminal.writes).toEqual([]);
    screen.stop();
  });
});

test("a quiet screen draws nothing, and prints what it is told to", () => {
  for (const isTerminal of [true, false]) {
    const { clock, terminal, screen } = screenOn(80, { isTerminal, quiet: true });
    screen.start();
    clock.advance(20_000);
    screen.println("trouble");
    screen.stop();
    expect(terminal.writes).toEqual(["trouble\n"]);
  }
});
