import { expect, it } from "vitest";
import { inUse, NOT_YET_KNOWN } from "../../src/ledger/ledger-holder.ts";

it("names the process that holds a ledger, and none where it has not written who it is", () => {
  const holder = { pid: 7, host: "box", since: "2026-11-26T10:00:00.000Z" };
  expect(inUse("a.ledger", holder).message).toBe(
    "The ledger a.ledger is in use by process 7 on box since 2026-11-26 10:00:00 UTC; wait for it to end, or stop it.",
  );
  for (const unknown of [null, NOT_YET_KNOWN]) {
    expect(inUse("a.ledger", unknown).message).toBe(
      "The ledger a.ledger is in use by another process; wait for it to end, or stop it.",
    );
  }
});
