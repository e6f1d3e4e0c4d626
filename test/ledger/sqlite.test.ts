import { join } from "node:path";
import { ledgerConformance } from "./conformance.ts";
import { freshFolders } from "./folder.ts";
import { openInThread } from "./in-thread.ts";

const freshFolder = freshFolders();

ledgerConformance("SQLite", async () => {
  const path = join(freshFolder(), "answers.jsonl.ledger");
  let ledger = await openInThread(path);
  return {
    ledger,
    reopen: async () => {
      await ledger.close();
      ledger = await openInThread(path, { mode: "open" });
      return ledger;
    },
    close: () => ledger.close(),
  };
});
