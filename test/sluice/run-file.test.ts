import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createSluice, UsageError } from "../../src/index.ts";
import { provide } from "./fake-provider.ts";
import { collect, rejection, simulate, statuses, temporaryFolder } from "./simulators.ts";

const MODEL = "grok-4.3";

function file(name: string, ...lines: string[]): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, lines.join("\n"));
  return path;
}

describe("run of a path", () => {
  it("answers a .txt file's lines and a .jsonl file's rows, blank lines left out", async () => {
    const { baseUrl: baseURL } = await simulate();
    await using sluice = createSluice({ baseURL });
    const texts = await collect(sluice.run(file("a.txt", "one", "", "{two}", ""), { model: MODEL }));
    expect(texts.map(({ request }) => request)).toEqual(["one", "{two}"]);
    expect(texts.map(({ index }) => index)).toEqual([0, 1]);
    const body = { model: MODEL, messages: [{ role: "user", content: "hello" }] };
    const rows = await collect(
      sluice.run(file("a.jsonl", JSON.stringify(body), '"a prompt"'), { model: MODEL }),
    );
    expect(rows.map(({ request }) => request)).toEqual([body, "a prompt"]);
    expect(statuses(rows)).toEqual(["answered", "answered"]);
  });

  it("sends a row's numbers as they are written", async () => {
    const provider = await provide(() => "yes");
    await using sluice = createSluice({ baseURL: provider.baseURL });
    const line = `{"model":"m","messages":[],"seed":9007199254740993}`;
    await collect(sluice.run(file("a.jsonl", line)));
    expect(provider.written()).toBe(line);
  });

  it("makes requests of its rows with toRequest, which may be async", async () => {
    const { baseUrl: baseURL } = await simulate();
    await using sluice = createSluice({ baseURL });
    const path = file("a.jsonl", '{"question":"why?"}', '{"question":"how?"}');
    const toRequest = async (row: unknown) => (row as { question: string }).question;
    const outcomes = await collect(sluice.run(path, { model: MODEL, toRequest }));
    expect(outcomes.map(({ text }) => text?.slice(0, 10))).toEqual(["Echo: why?", "Echo: how?"]);
  });

  it("sends nothing when a row is bad, and names every bad line", async () => {
    const simulator = await simulate();
    await using sluice = createSluice({ baseURL: simulator.baseUrl });
    const path = file("a.jsonl", '"good"', "{broken", '"good too"', "[1]");
    const error = await rejection(collect(sluice.run(path, { model: MODEL })));
    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toMatch(/nothing was sent:\n {2}line 2: .*\n {2}line 4: /);
    expect(simulator.stats().received).toBe(0);
  });

  it.each([
    ["an id given twice", ['{"custom_id":"x","messages":[]}', '{"custom_id":"x","messages":[]}'], '"x"'],
    ["no rows", [""], "holds no rows"],
    ["rows that no rule fits", ['{"question":"why?"}'], "give toRequest"],
  ])("refuses %s", async (_, lines, words) => {
    const simulator = await simulate();
    await using sluice = createSluice({ baseURL: simulator.baseUrl });
    const error = await rejection(collect(sluice.run(file("a.jsonl", ...lines), { model: MODEL })));
    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toContain(words);
    expect(simulator.stats().received).toBe(0);
  });

  it("refuses a file that does not exist, and one where toRequest throws", async () => {
    const { baseUrl: baseURL } = await simulate();
    await using sluice = createSluice({ baseURL });
    const missing = await rejection(collect(sluice.run("no-such.jsonl", { model: MODEL })));
    expect(String(missing)).toBe("UsageError: run: no-such.jsonl does not exist; check the path");
    const toRequest = () => {
      throw new Error("no such column");
    };
    const error = await rejection(collect(sluice.run(file("a.jsonl", "{}"), { model: MODEL, toRequest })));
    expect(String(error)).toContain("line 1: toRequest threw: no such column");
  });

  it("pays nothing twice over runs that share a ledger", async () => {
    const simulator = await simulate();
    const path = file("a.txt", "one", "two", "three");
    const ledger = `${path}.ledger`;
    for (let run = 0; run < 2; run += 1) {
      await using sluice = createSluice({ baseURL: simulator.baseUrl, ledger });
      const outcomes = await collect(sluice.run(path, { model: MODEL }));
      expect(outcomes.map(({ request, text }) => [request, text?.slice(0, 9)])).toEqual([
        ["one", "Echo: one"],
        ["two", "Echo: two"],
        ["three", "Echo: thr"],
      ]);
    }
    expect(simulator.stats().received).toBe(3);
  });
});
