import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Ledger } from "../../src/model/ledger.ts";
import { freshFolders } from "./folder.ts";
import { openInThread } from "./in-thread.ts";
import { answered, begin, rows, settings } from "./rows.ts";

const freshFolder = freshFolders();

/** One run: which lines INPUT holds, and which of the rows sent are answered before it ends. */
const run = fc.record({
  lines: fc.array(fc.constantFrom("a", "b", "c", "d", "e", "f"), { maxLength: 12 }),
  answers: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
});

/** The whole truth about answers: for each line, how many are in the plan and how many left it. */
class Model {
  readonly inPlan = new Map<string, number>();
  readonly retired = new Map<string, number>();

  /** What another input would find and lose. */
  compare(lines: readonly string[]): { carried: Map<string, number>; leaving: number } {
    const carried = new Map<string, number>();
    let leaving = 0;
    for (const line of new Set([...this.inPlan.keys(), ...this.retired.keys(), ...lines])) {
      const wanted = lines.filter((one) => one === line).length;
      const present = this.inPlan.get(line) ?? 0;
      carried.set(line, Math.min(wanted, present + (this.retired.get(line) ?? 0)));
      leaving += Math.max(0, present - wanted);
    }
    return { carried, leaving };
  }

  adopt(carried: ReadonlyMap<string, number>): void {
    for (const [line, kept] of carried) {
      const all = (this.inPlan.get(line) ?? 0) + (this.retired.get(line) ?? 0);
      this.inPlan.set(line, kept);
      this.retired.set(line, all - kept);
    }
  }
}

async function playRun(
  ledger: Ledger,
  model: Model,
  { lines, answers }: { lines: readonly string[]; answers: readonly boolean[] },
): Promise<void> {
  await ledger.stage(rows(lines));
  const { carried, leaving } = model.compare(lines);
  const comparison = await ledger.compare();
  expect(comparison).toMatchObject({ rows: lines.length, askedAgain: { rows: 0 }, leaving });
  await ledger.adopt(settings(), "ask-again");
  model.adopt(carried);
  const { todo } = await begin(ledger);
  expect(todo).toBe(lines.length - [...carried.values()].reduce((sum, kept) => sum + kept, 0));
  const pulled = await ledger.pull("xai", -1, 100);
  expect(pulled).toHaveLength(todo);
  const sent = pulled.filter(({ index }) => answers[index]);
  await ledger.settle(sent.map(({ index }) => answered(index, `of ${lines[index]}`)));
  for (const { index } of sent) {
    const line = lines[index] ?? "";
    model.inPlan.set(line, (model.inPlan.get(line) ?? 0) + 1);
  }
  for (const [index, line] of lines.entries()) {
    const [row] = await ledger.read(index, 1, 1000);
    if (row !== undefined) expect(new TextDecoder().decode(row.body ?? undefined)).toBe(`of ${line}`);
  }
}

it("no answer is lost, doubled or mixed up, however lines are inserted, deleted and shuffled between runs", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(run, { minLength: 2, maxLength: 6 }), async (runs) => {
      const ledger = await openInThread(join(freshFolder(), "model.ledger"), { temporary: true });
      try {
        const model = new Model();
        for (const one of runs) await playRun(ledger, model, one);
      } finally {
        await ledger.close();
      }
    }),
    { numRuns: 25 },
  );
});
