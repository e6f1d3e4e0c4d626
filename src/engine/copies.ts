import type { CopiedRow, Ledger, RunBook } from "../model/ledger.ts";

/**
 * A ledger that settles copies with their leaders: whoever waits for a leader to be durable waits for word of its
 * copies, too, so that no run ends before they are delivered.
 */
export function tellingCopies(
  ledger: RunBook & Pick<Ledger, "takeCopies">,
  tell: (copies: readonly CopiedRow[]) => void,
): RunBook {
  const thenTell = async (written: Promise<void>) => {
    await written;
    for (;;) {
      const copies = await ledger.takeCopies();
      if (copies.length === 0) return;
      tell(copies);
    }
  };
  return {
    intend: (intents) => ledger.intend(intents),
    settle: (records) => thenTell(ledger.settle(records)),
    skip: (rows) => thenTell(ledger.skip(rows)),
  };
}
