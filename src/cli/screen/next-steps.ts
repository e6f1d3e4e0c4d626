import type { Snapshot } from "../../observe/index.ts";
import { counted } from "./figures.ts";

/** What to type for the rows without an answer; empty when every row has one. */
export function nextSteps({ rows, done, inAll, held, invalid = 0 }: Snapshot, hasLedger = true): string[] {
  const unsent = Math.max(0, rows - done) + inAll.unsent - invalid;
  const again = unsent + inAll.failed + Math.max(0, inAll.unknown - held);
  if (!hasLedger) {
    const isDone = again + inAll.rejected + held === 0;
    return isDone ? [] : ["without a ledger the same command sends and pays for every row again"];
  }
  const steps: string[] = [];
  if (again > 0) steps.push(`the same command again sends ${counted(again, "row")}`);
  if (inAll.rejected > 0) {
    steps.push(`--retry-failed also sends the ${counted(inAll.rejected, "row")} the provider rejected`);
  }
  if (held > 0) {
    steps.push(
      `--retry-unknown also sends the ${counted(held, "row")} that timed out, at the risk of paying twice`,
    );
  }
  return steps;
}
