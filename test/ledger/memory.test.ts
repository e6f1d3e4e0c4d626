import { MemoryLedger } from "../../src/ledger/memory.ts";
import { ledgerConformance } from "./conformance.ts";

ledgerConformance("memory", async () => {
  const ledger = new MemoryLedger();
  return {
    ledger,
    reopen: async () => {
      await ledger.close();
      return ledger;
    },
    close: () => ledger.close(),
  };
});
