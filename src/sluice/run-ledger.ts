import { openLedger } from "../ledger/index.ts";
import type { Durability } from "../model/durability.ts";
import { UsageError } from "../model/errors.ts";
import type { BeginOptions, Ledger, LedgerInfo } from "../model/ledger.ts";
import type { Account } from "./account.ts";
import { foreignAnswers } from "./foreign-answers.ts";
import { throwAs } from "./library-words.ts";

/** A run's ledger, and what is to be done with it at the end. */
export interface RunLedger {
  caller: string;
  ledger: Ledger;
  /** Its name in sentences. */
  name: string;
  /** Nobody named one: delivered rows are forgotten, and the rest goes at the end. */
  temporary: boolean;
  /** Closes it unless it was handed in. */
  release(): Promise<void>;
}

/** Ledgers that were handed in, while a run uses them: the plan of a second run would take the place of the first's. */
const borrowed = new WeakSet<Ledger>();

export interface RunLedgerChoice {
  /** The function that sentences begin with. */
  caller: string;
  given: string | Ledger | undefined;
  durability: Durability | undefined;
  makeTemporary: () => Promise<Ledger>;
}

export async function openRunLedger({
  caller,
  given,
  durability,
  makeTemporary,
}: RunLedgerChoice): Promise<RunLedger> {
  if (typeof given === "object") return borrow(caller, given);
  const temporary = given === undefined;
  const ledger = temporary
    ? await makeTemporary()
    : await openLedger({ path: given, mode: "create-or-open", durability }).catch((error: unknown) =>
        throwAs(caller, error),
      );
  return { caller, ledger, name: given ?? "the ledger", temporary, release: () => ledger.close() };
}

function borrow(caller: string, ledger: Ledger): RunLedger {
  if (borrowed.has(ledger)) {
    throw new UsageError(
      `${caller}: another run uses this ledger; wait for it to end, or open another ledger.`,
    );
  }
  borrowed.add(ledger);
  const release = async () => void borrowed.delete(ledger);
  return { caller, ledger, name: "the ledger", temporary: false, release };
}

/**
 * Begins a plan without rows. They arrive one by one: what the ledger knows from before waits by identity until its
 * row comes again.
 */
export async function beginArrivals(
  { caller, ledger, name }: RunLedger,
  account: Account,
  source: { name: string; requestSettings: string },
  retries: BeginOptions,
): Promise<LedgerInfo> {
  const foreign = await foreignAnswers(await ledger.info(), account);
  if (foreign !== null) {
    const whom = foreign === "real" ? "a simulator" : account.provider.title;
    throw new UsageError(`${caller}: ${name} holds ${foreign} answers; use another ledger to ask ${whom}.`);
  }
  await ledger.unstage();
  await ledger.compare();
  await ledger.adopt(
    { sourceFingerprint: "", sourceName: source.name, requestSettings: source.requestSettings },
    "ask-again",
  );
  await ledger.begin(retries);
  return ledger.info();
}
