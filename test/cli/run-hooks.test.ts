import { expect, it } from "vitest";
import { runHooks } from "../../src/cli/run-hooks.ts";

function hooksOn({ isTerminal = true, quiet = false }) {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text) };
  return { hooks: runHooks({ stream, isTerminal, quiet, confirm: null }), written: () => written.join("") };
}

it("leaves an empty line where the rows were counted, for whatever is said next", () => {
  const { hooks, written } = hooksOn({});
  hooks.progress(1);
  hooks.progress(20_000);
  hooks.progress(null);
  expect(written()).toBe("\r\u001b[Kreading: 1 row\r\u001b[Kreading: 20,000 rows\r\u001b[K");
});

it("counts no rows in a pipe, and says nothing at all with -q", () => {
  const pipe = hooksOn({ isTerminal: false });
  pipe.hooks.progress(5);
  pipe.hooks.progress(null);
  pipe.hooks.note("two\nlines");
  expect(pipe.written()).toBe("two\nlines\n");
  const silent = hooksOn({ quiet: true });
  silent.hooks.progress(5);
  silent.hooks.note("a note");
  expect(silent.written()).toBe("");
});
