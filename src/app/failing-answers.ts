import { flawOf } from "../model/answer-flaws.ts";
import type { Ledger } from "../model/ledger.ts";
import { isEmptyAnswer } from "../provider/index.ts";
import { PAGE_BYTES, PAGE_ROWS } from "./page-size.ts";
import type { RunRequest } from "./run-request.ts";

/** True when an answer in the ledger, of whatever run, is of a kind that `--fail-on` names. */
export async function hasFailingAnswer(
  ledger: Ledger,
  rows: number,
  failOn: RunRequest["failOn"],
): Promise<boolean> {
  for (let from = 0; failOn.length > 0 && from < rows; ) {
    const page = await ledger.read(from, PAGE_ROWS, PAGE_BYTES);
    for (const { status, finishReason, body } of page) {
      if (status !== "answered") continue;
      const flaw = flawOf(finishReason);
      if (flaw !== null && failOn.includes(flaw)) return true;
      if (failOn.includes("empty") && body !== null && isEmptyAnswer(body)) return true;
    }
    // A row that is still to be done ends a page, and is passed over.
    from += Math.max(1, page.length);
  }
  return false;
}
