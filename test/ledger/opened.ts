import { afterEach, beforeEach } from "vitest";
import type { Ledger } from "../../src/model/ledger.ts";
import type { OpenedLedger, OpenForTest } from "./conformance.ts";

/** A fresh ledger for each test of a `describe`, and the next run on it. */
export function eachTestOpens(open: OpenForTest): { ledger: () => Ledger; reopen: () => Promise<Ledger> } {
  let opened: OpenedLedger;
  beforeEach(async () => {
    opened = await open();
  });
  afterEach(() => opened.close());
  return { ledger: () => opened.ledger, reopen: () => opened.reopen() };
}
