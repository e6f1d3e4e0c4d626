import { expect, it } from "vitest";
import { Workplace } from "./workplace.ts";

it("sends rows as they arrive, and makes outcomes of bad ones", async () => {
  await using place = await Workplace.open();
  const { child, ended } = place.start(["run", "-", ...place.usual, "--stream-input"], { input: null });
  child.stdin.write('{"question":"a"}\n');
  await place.provider.arrivals(1);
  child.stdin.write(
    '{bad\n\n{"question":"b"}\n{"custom_id":"x","question":"c"}\n{"custom_id":"x","question":"d"}\n',
  );
  await place.provider.arrivals(3);
  child.stdin.end();
  const { code, stderr } = await ended;

  expect(code).toBe(1);
  expect(stderr).toMatch(/^rows are sent as they arrive · m at http:\/\/127/);
  expect(stderr).toContain("5 rows · 3 answered · 2 unsent");
  expect(place.says()).toEqual(["echo a", "invalid-row", "echo b", "echo c", "duplicate-id"]);
  expect(place.lines().map(({ custom_id }) => custom_id)).toEqual([
    "request-1",
    "request-2",
    "request-4",
    "x",
    "x",
  ]);
});

it("finds earlier answers by identity, in either direction, and writes OUTPUT in the new order", async () => {
  await using place = await Workplace.open();
  place.questions("a", "b", "c");
  await place.run();
  place.questions("c", "new", "a");
  const streamed = await place.run("--stream-input");

  expect(place.provider.prompts()).toEqual(["new"]);
  expect(streamed).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("3 rows · 3 answered (1 in this run)"),
  });
  expect(place.says()).toEqual(["echo c", "echo new", "echo a"]);
  await place.run();
  expect(place.provider.received).toEqual([]);
  const other = await place.run("--stream-input", "--model", "m2");
  expect(other).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^3 answered rows may be asked again \(model m → m2\)/),
  });
  expect(place.says()).toEqual(["echo c", "echo new", "echo a"]);
});

it("keeps an output of which most rows did not come again, and tells of a few", async () => {
  await using place = await Workplace.open();
  place.questions("a", "b", "c");
  await place.run();
  place.questions("x", "c");
  const other = await place.run("--stream-input");
  expect(other).toMatchObject({
    code: 0,
    stderr: expect.stringContaining(
      "2 of 3 answered rows did not come again; out.jsonl is kept as out.jsonl.bak",
    ),
  });
  expect(place.says("out.jsonl.bak")).toEqual(["echo a", "echo b", "echo c"]);
  expect(place.says()).toEqual(["echo x", "echo c"]);

  place.questions("c", "y");
  const few = await place.run("--stream-input");
  expect(few.stderr).toContain("1 of 2 answered rows did not come again; its answer stays in the ledger.");
  expect(place.has("out.jsonl.bak.1")).toBe(false);
});

it("leaves a longer output alone where a limit ends it before the input does", async () => {
  await using place = await Workplace.open();
  place.questions("a", "b");
  await place.run();
  const { child, ended } = place.start(["run", "-", ...place.usual, "--stream-input", "--limit", "1"], {
    input: null,
  });
  child.stdin.write('{"question":"new"}\n');
  await ended;
  expect(place.says()).toEqual(["echo a", "echo b"]);
  place.questions("new", "a", "b");
  await place.run();
  expect(place.provider.received).toEqual([]);
  expect(place.says()).toEqual(["echo new", "echo a", "echo b"]);
});

it("keeps an output that a run before left as it was, when its rows do not come again", async () => {
  await using place = await Workplace.open();
  place.questions("a", "b");
  await place.run();
  place.questions("x", "y", "z");
  const stopped = place.start(["run", "-", ...place.usual, "--stream-input"], { input: null });
  stopped.child.stdin.write('{"question":"x"}\n');
  await place.provider.arrivals(3);
  stopped.child.kill("SIGINT");
  expect((await stopped.ended).stderr).toContain("out.jsonl stays as it was");
  await place.run("--stream-input");
  expect(place.says("out.jsonl.bak")).toEqual(["echo a", "echo b"]);
  expect(place.says()).toEqual(["echo x", "echo y", "echo z"]);
});

it("ends at its limit although the input goes on", async () => {
  await using place = await Workplace.open();
  const { child, ended } = place.start(["run", "-", ...place.usual, "--stream-input", "--limit", "2"], {
    input: null,
  });
  for (const question of ["a", "b", "c", "d"]) child.stdin.write(`${JSON.stringify({ question })}\n`);

  expect((await ended).code).toBe(1);
  expect(place.provider.prompts()).toEqual(["a", "b"]);
  expect(place.says()).toEqual(["echo a", "echo b"]);
});

it("drains at Ctrl-C although the input is still open", async () => {
  await using place = await Workplace.open();
  const { child, ended, says } = place.start(["run", "-", ...place.usual, "--stream-input"], { input: null });
  await says(/rows are sent as they arrive/);
  child.stdin.write('{"question":"a"}\n');
  await place.provider.arrivals(1);
  child.kill("SIGINT");

  expect((await ended).code).toBe(130);
  expect(place.says()).toEqual(["echo a"]);
});

it("reads standard input whole where it is not told otherwise, and refuses it when it is empty", async () => {
  await using place = await Workplace.open();
  const piped = await place.sluice(["run", "-", ...place.usual], {
    input: '{"question":"a"}\n{"question":"b"}',
  });
  expect({ code: piped.code, says: place.says() }).toEqual({ code: 0, says: ["echo a", "echo b"] });
  const empty = await place.sluice(["run", "-", ...place.usual], { input: "" });
  expect(empty).toMatchObject({ code: 2, stderr: expect.stringMatching(/^stdin is empty/) });
});
