import { expect, it } from "vitest";
import { tellLeft } from "../../src/app/left-rows.ts";

/** What is said, and whether OUTPUT was kept, of so many answered rows that did not come again. */
async function told(left: number, answeredBefore: number, kept: string | null = "out.jsonl.bak") {
  const notes: string[] = [];
  let keeps = 0;
  const keepReplaced = async () => {
    keeps += 1;
    return kept;
  };
  await tellLeft(
    { note: (line) => notes.push(line) },
    {
      request: { output: "out.jsonl" },
      output: { keepReplaced },
      totals: { left },
      work: { answeredBefore },
    },
  );
  return { notes, keeps };
}

it("says nothing where every row came again, or where nobody has to be told", async () => {
  expect(await told(0, 4)).toEqual({ notes: [], keeps: 0 });
  expect(await told(4, 0)).toEqual({ notes: [], keeps: 0 });
});

it("tells of a few rows, and of most where there is nothing to keep", async () => {
  const few = "1 of 2 answered rows did not come again; its answer stays in the ledger.";
  expect(await told(1, 2)).toEqual({ notes: [few], keeps: 0 });
  const most = "3 of 4 answered rows did not come again; their answers stay in the ledger.";
  expect(await told(3, 4, null)).toEqual({ notes: [most], keeps: 1 });
});

it("keeps the output of which most rows are gone", async () => {
  const kept =
    "3 of 4 answered rows did not come again; out.jsonl is kept as out.jsonl.bak, and their answers stay in the ledger.";
  expect(await told(3, 4)).toEqual({ notes: [kept], keeps: 1 });
});
