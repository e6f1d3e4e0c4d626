import { formatCount } from "../model/count.ts";
import { UsageError } from "../model/errors.ts";
import type { LedgerInfo } from "../model/ledger.ts";
import type { Account } from "../sluice/account.ts";
import { foreignAnswers } from "../sluice/foreign-answers.ts";
import type { RunRequest } from "./run-request.ts";

/** Keeps rehearsal answers and real ones apart: neither ever settles a row of the other kind. */
export async function refuseRehearsalMix(
  info: LedgerInfo,
  account: Account,
  { output, dryRun }: Pick<RunRequest, "output" | "dryRun">,
): Promise<void> {
  const foreign = await foreignAnswers(info, account, !dryRun);
  if (foreign === null) return;
  const remedy = foreign === "real" ? "rehearse with another -o" : "use another -o, or --fresh";
  const { answered } = info.totals;
  const answers = answered === 1 ? `1 ${foreign} answer` : `${formatCount(answered)} ${foreign} answers`;
  throw new UsageError(`${output} holds ${answers}; ${remedy}.`);
}
