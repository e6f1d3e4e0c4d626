import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/model/errors.ts";
import type { PlanComparison, PlanRow } from "../../src/model/plan.ts";
import type { Source } from "../../src/model/source.ts";
import { createPlanner, type DoorReport, type PlannerOptions, passDoor } from "../../src/plan/index.ts";

const NOTHING_CHANGED: PlanComparison = {
  rows: 0,
  blank: 0,
  invalid: 0,
  duplicates: { total: 0, first: [] },
  inCommon: 0,
  previousRows: 0,
  previousAnswered: 0,
  askedAgain: { rows: 0, cost: 0, unknownCost: 0 },
  leaving: 0,
};

/** A ledger that keeps what is staged, and tells how many stagings were under way at once. */
class StagingLedger {
  rows: PlanRow[] = [];
  comparison = NOTHING_CHANGED;
  mostAtOnce = 0;
  compared = 0;
  failure: Error | null = null;
  #underWay = 0;
  async stage(rows: readonly PlanRow[]): Promise<void> {
    this.#underWay++;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#underWay);
    await new Promise((resolve) => setImmediate(resolve));
    this.#underWay--;
    if (this.failure !== null) throw this.failure;
    this.rows.push(...rows);
  }
  async unstage(): Promise<void> {
    this.rows = [];
  }
  async compare(): Promise<PlanComparison> {
    this.compared++;
    return this.comparison;
  }
}

function sourceOf(texts: readonly string[], linesPerBatch = 100): Source {
  return {
    name: "x.jsonl",
    kind: "jsonl",
    bytes: 0,
    fingerprint: async () => "",
    async *lines() {
      for (let at = 0; at < texts.length; at += linesPerBatch) {
        const batch = texts.slice(at, at + linesPerBatch);
        yield batch.map((text, i) => ({ line: at + i + 1, offset: at + i, bytes: Buffer.from(text) }));
      }
    },
    read: async () => [],
    close: async () => {},
  };
}

interface Extras {
  ledger?: StagingLedger;
  skipInvalid?: boolean;
  onProgress?: (rows: number) => void;
  signal?: AbortSignal;
}
function enter(
  texts: readonly string[],
  options: Partial<PlannerOptions> = { model: "m" },
  extras: Extras = {},
): Promise<DoorReport> {
  const { ledger = new StagingLedger(), skipInvalid = false, ...rest } = extras;
  const planner = createPlanner({ kind: "jsonl", ...options });
  return passDoor({ source: sourceOf(texts), planner, ledger, skipInvalid, ...rest });
}

describe("the door", () => {
  it("stages every line in order, blank and bad ones too, then compares", async () => {
    const ledger = new StagingLedger();
    const report = await enter(['"a"', "", "{", '"b"'], { model: "m" }, { ledger });
    expect(ledger.rows.map(({ line, kind }) => [line, kind])).toEqual([
      [1, "request"],
      [2, "blank"],
      [3, "invalid"],
      [4, "request"],
    ]);
    expect(report).toMatchObject({ rows: 3, blank: 1, invalid: 1, passed: false });
    expect(report.problems).toEqual(["line 3: not valid JSON: Unexpected end at column 2"]);
    expect(report.estimates.get("m")?.rows).toBe(2);
    expect(ledger.compared).toBe(1);
  });

  it("shows twenty bad rows and counts the rest", async () => {
    const report = await enter([...Array<string>(50).fill("{"), '"good"']);
    expect([report.problems.length, report.invalid]).toEqual([20, 50]);
    expect(report.problems.at(-1)).toMatch(/^line 20: /);
  });

  it("is passed with bad rows only where they are skipped, and never with an id twice", async () => {
    expect((await enter(['"a"'])).passed).toBe(true);
    expect((await enter(['"a"', "{"], { model: "m" }, { skipInvalid: true })).passed).toBe(true);
    const ledger = new StagingLedger();
    const first = [{ customId: "a", lines: [1, 2] }];
    ledger.comparison = { ...NOTHING_CHANGED, duplicates: { total: 1, first } };
    expect((await enter(['"a"'], { model: "m" }, { ledger, skipInvalid: true })).passed).toBe(false);
  });

  it("reads no further ahead than one batch being written", async () => {
    const ledger = new StagingLedger();
    const seen: number[] = [];
    const texts = Array.from({ length: 10_000 }, (_, i) => JSON.stringify(`row ${i}`));
    const onProgress = (rows: number) => seen.push(rows - ledger.rows.length);
    await enter(texts, { model: "m" }, { ledger, onProgress });
    expect(ledger.rows.map(({ line }) => line)).toEqual(texts.map((_, i) => i + 1));
    expect(ledger.mostAtOnce).toBe(1);
    expect(Math.max(...seen)).toBeLessThanOrEqual(1100);
  });

  it.each<[string, string[], Partial<PlannerOptions>, string]>([
    ["nothing but blank lines", ["", " "], { model: "m" }, "x.jsonl holds no rows"],
    ["no model", ['"a"', '"b"'], {}, "x.jsonl: line 1: no model is named; give --model"],
    ["rows no rule fits", ['{"q":1}'], { model: "m" }, "give --prompt '{{ column }}'"],
    [
      "an unknown column",
      ['{"question":1}'],
      { model: "m", prompt: "{{ qestion }}" },
      "did you mean 'question'?",
    ],
    [
      "an unknown column that only a condition names",
      ['{"hint":1}', '{"hint":2}'],
      { model: "m", prompt: "{{ hint }}{% if hnit %}!{% endif %}" },
      "no column 'hnit'; did you mean 'hint'?",
    ],
    [
      "an unknown --id",
      ['{"q":1}'],
      { model: "m", prompt: "{{ q }}", idColumn: "id" },
      "--id: no column 'id'",
    ],
  ])("refuses an input with %s in one sentence", async (_what, texts, options, sentence) => {
    const ledger = new StagingLedger();
    const passing = enter(texts, options, { ledger, skipInvalid: true });
    await expect(passing).rejects.toThrow(UsageError);
    await expect(passing).rejects.toThrow(sentence);
    expect(ledger.rows).toEqual([]);
  });

  it("gives up early on an input that is wrong as a whole", async () => {
    const seen: number[] = [];
    const texts = Array<string>(5000).fill('{"q":1}');
    const onProgress = (rows: number) => seen.push(rows);
    await expect(enter(texts, { model: "m", prompt: "{{ z }}" }, { onProgress })).rejects.toThrow(
      "no column 'z'",
    );
    expect(Math.max(...seen)).toBeLessThan(1000);
  });

  it("takes a column that only some rows lack for those rows' problem", async () => {
    const report = await enter(['{"a":1}', '{"b":2}'], { model: "m", prompt: "{{ b }}" });
    expect(report.problems).toEqual(["line 1: --prompt: no column 'b'; columns: a"]);
  });

  it("lets an optional column be absent everywhere", async () => {
    const options = { model: "m", prompt: "{{ a }}{% if context %}!{% endif %}" };
    expect((await enter(['{"a":1}'], options)).passed).toBe(true);
  });

  it("stops with the signal's reason and leaves nothing staged", async () => {
    const ledger = new StagingLedger();
    const stop = new AbortController();
    const onProgress = () => stop.abort(new Error("interrupted"));
    const texts = Array<string>(5000).fill('"a"');
    const passing = enter(texts, { model: "m" }, { ledger, onProgress, signal: stop.signal });
    await expect(passing).rejects.toThrow("interrupted");
    expect(ledger.rows).toEqual([]);
  });

  it("passes on the ledger's failure", async () => {
    const ledger = new StagingLedger();
    ledger.failure = new Error("disk full");
    await expect(enter(Array<string>(5000).fill('"a"'), { model: "m" }, { ledger })).rejects.toThrow(
      "disk full",
    );
  });
});
