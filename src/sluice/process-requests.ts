import { MemoryLedger } from "../ledger/index.ts";
import { accountOf } from "../limiter/index.ts";
import type { Outcome } from "../model/answer.ts";
import { RunStoppedError, UsageError } from "../model/errors.ts";
import { checkProcessOptions, shown } from "./check-options.ts";
import { chooseAccount } from "./choose-account.ts";
import { sayingAs } from "./library-words.ts";
import type { AccountOptions, ProcessOptions } from "./options.ts";
import { patienceOf } from "./patience.ts";
import { SharedAccount, startsSimulator } from "./shared-account.ts";
import { stoppedOutcome } from "./stopped-outcome.ts";

/** An account that nobody uses lets go of its connections after so long. */
const IDLE_MS = 1000;
/** Accounts remembered with what their lanes learned; the one unused for longest is forgotten first. */
const MOST_ACCOUNTS = 256;

interface DefaultAccount {
  key: string;
  shared: SharedAccount;
  users: number;
}

/** The accounts behind `processRequests`, by provider, address and key; the last used stands last. */
const accounts = new Map<string, DefaultAccount>();

/**
 * Asks every row and returns one outcome per row, in order. Calls with the same provider, address and key share
 * connections and limits; where they set different limits, the last word counts for all. One failed request never
 * rejects. A run stopped by the provider, the budget or a signal rejects with `RunStoppedError`, which carries one
 * outcome per row; an option that is unknown or does not fit, or a missing key, with `UsageError`.
 */
export async function processRequests<Row>(
  rows: readonly Row[],
  options: ProcessOptions<Row> = {},
): Promise<Outcome<Row>[]> {
  checkProcessOptions(options);
  if (!Array.isArray(rows)) {
    throw new UsageError(
      `processRequests: the rows are an array, not ${shown(rows)}; run() of createSluice takes files and iterables.`,
    );
  }
  const { provider, baseURL, apiKey, tier, insecure, ...rest } = options;
  const { timeout, silenceTimeout, stream, hedge, maxRetries, maxConcurrent, rps, rpm, tpm, ...asking } =
    rest;
  const account = accountFor({ provider, baseURL, apiKey, tier, insecure });
  account.shared.limit({ maxConcurrent, rps, rpm, tpm });
  account.users += 1;
  const patience = patienceOf({ timeout, silenceTimeout, stream, hedge, maxRetries });
  const all = [...rows];
  const outcomes: Outcome<Row>[] = [];
  try {
    const makeLedger = async () => new MemoryLedger();
    const terms = { caller: "processRequests", patience, ledger: undefined, makeLedger };
    const run = account.shared.run(all, asking, terms);
    for await (const outcome of run) outcomes[outcome.index] = outcome;
    return outcomes;
  } catch (error) {
    throw error instanceof RunStoppedError ? completed(error, all, outcomes) : error;
  } finally {
    account.users -= 1;
    setTimeout(() => letGoIfIdle(account), IDLE_MS).unref();
  }
}

/** The error with an outcome for every row, also for those that were never read. */
function completed<Row>(
  error: RunStoppedError,
  rows: readonly Row[],
  delivered: readonly Outcome<Row>[],
): RunStoppedError<Row> {
  const rest = new Map((error as RunStoppedError<Row>).outcomes.map((outcome) => [outcome.index, outcome]));
  const all = rows.map(
    (row, index) => delivered[index] ?? rest.get(index) ?? stoppedOutcome(index, row, error.message),
  );
  return new RunStoppedError(error.reason, error.message, all, error.cause);
}

function accountFor(choice: AccountOptions): DefaultAccount {
  const key = keyOf(choice);
  const account = accounts.get(key) ?? {
    key,
    shared: new SharedAccount(choice, "processRequests"),
    users: 0,
  };
  accounts.delete(key);
  accounts.set(key, account);
  return account;
}

/** The key of an account names the provider's key by a fingerprint only. */
function keyOf(choice: AccountOptions): string {
  if (startsSimulator(choice)) return "simulator";
  const { provider, address, apiKey, tier } = sayingAs("processRequests", () =>
    chooseAccount(choice, process.env),
  );
  return `${provider.name} ${tier} ${accountOf(address.text, apiKey)}`;
}

/** Connections are let go when nobody asks; lanes, and what they learned, stay while there is room. */
function letGoIfIdle(account: DefaultAccount): void {
  if (account.users > 0) return;
  account.shared.close().catch(() => {});
  for (const [key, { users }] of accounts) {
    if (accounts.size <= MOST_ACCOUNTS) return;
    if (users === 0) accounts.delete(key);
  }
}
