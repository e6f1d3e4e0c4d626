import { MemoryLedger } from "../ledger/index.ts";
import { createLaneRegistry } from "../limiter/index.ts";
import type { Outcome } from "../model/answer.ts";
import { systemClock } from "../model/clock.ts";
import { RunStoppedError } from "../model/errors.ts";
import type { Ledger } from "../model/ledger.ts";
import { type Account, openAccount } from "./account.ts";
import type { RunSource } from "./arrivals.ts";
import { chooseAccount } from "./choose-account.ts";
import {
  type AskOptions,
  checkAskOptions,
  checkProcessOptions,
  checkRunOptions,
  checkSluiceOptions,
  type RunOptions,
  SHARED_NAMES,
  type SluiceOptions,
} from "./options.ts";
import { Sends } from "./sends.ts";
import { joinOrStartSimulator, type SimulatorProcess } from "./simulator-process.ts";
import { IterableRun, type SluiceRun } from "./sluice-run.ts";
import { openTemporaryLedger } from "./temporary-ledger.ts";
import { unsentOutcome } from "./unsent-outcome.ts";

const DEFAULT_TIMEOUT_MS = 3_600_000;
const DEFAULT_RETRIES = 7;
/** A shared instance that nobody uses lets go of its connections after so long. */
const IDLE_MS = 1000;

/** An account in use: its limits and connections are shared by everything asked through it. */
export interface Sluice extends AsyncDisposable {
  /** Asks every row of an array or (async) iterable; outcomes come in input order as you iterate. */
  run<Row>(source: RunSource<Row>, options?: RunOptions<Row>): SluiceRun<Row>;
  /** Asks once: a prompt, a chat body or a Batch line. Never rejects for a failed request, only for a stopped account. */
  send(request: unknown, options?: AskOptions): Promise<Outcome>;
  /** Closes connections; what is in flight is given up. */
  close(): Promise<void>;
}

/** Throws `UsageError` for an unknown or unfitting option, or a missing key. */
export function createSluice(options: SluiceOptions = {}): Sluice {
  checkSluiceOptions(options);
  return new SharedAccount(options);
}

class SharedAccount implements Sluice {
  readonly #options: SluiceOptions;
  readonly #lanes = createLaneRegistry();
  #account: Promise<Account> | null = null;
  #simulator: SimulatorProcess | null = null;
  #sends: Sends | null = null;

  constructor(options: SluiceOptions) {
    this.#options = options;
    if (!this.#startsSimulator()) chooseAccount(options, process.env);
  }

  run<Row>(source: RunSource<Row>, options: RunOptions<Row> = {}): SluiceRun<Row> {
    checkRunOptions(options);
    return this.start(source, options, () => openTemporaryLedger());
  }

  /** As `run`, with a say in where outcomes wait. */
  start<Row>(
    source: RunSource<Row>,
    options: RunOptions<Row>,
    defaultLedger: () => Promise<Ledger>,
    onEnd: () => void = () => {},
  ): SluiceRun<Row> {
    return new IterableRun({
      source,
      options,
      shared: this.#options,
      account: () => this.#open(),
      defaultLedger,
      onEnd,
    });
  }

  async send(request: unknown, options: AskOptions = {}): Promise<Outcome> {
    checkAskOptions(options);
    options.signal?.throwIfAborted();
    const account = await this.#open();
    const { maxRetries = DEFAULT_RETRIES, timeout: timeoutMs = DEFAULT_TIMEOUT_MS } = this.#options;
    if (this.#sends === null || this.#sends.over) {
      this.#sends = new Sends({ account, maxAttempts: maxRetries + 1, timeoutMs });
    }
    return this.#sends.send(request, options);
  }

  async close(): Promise<void> {
    const opening = this.#account;
    this.#account = null;
    await this.#sends?.close();
    this.#sends = null;
    await (await opening?.catch(() => null))?.close();
    this.#simulator?.stop();
    this.#simulator = null;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #open(): Promise<Account> {
    this.#account ??= this.#connect();
    return this.#account;
  }

  async #connect(): Promise<Account> {
    let { baseURL } = this.#options;
    if (this.#startsSimulator()) {
      this.#simulator = await joinOrStartSimulator();
      baseURL = this.#simulator.baseURL;
    }
    const chosen = chooseAccount({ ...this.#options, baseURL }, process.env);
    return openAccount({ chosen, limits: this.#options, lanes: this.#lanes, clock: systemClock });
  }

  #startsSimulator(): boolean {
    return this.#options.provider === "simulator" && this.#options.baseURL === undefined;
  }
}

/** The instances behind the free functions: one per provider, address, key and limits. */
const instances = new Map<string, { sluice: SharedAccount; users: number }>();

/**
 * Asks every row and returns one outcome per row, in order. Calls with the same account share their limits. One
 * failed request never rejects; a run stopped by the provider, the budget or a signal rejects with
 * `RunStoppedError`, which carries one outcome per row.
 */
export async function processRequests<Row>(
  rows: readonly Row[],
  options: SluiceOptions & RunOptions<Row> = {},
): Promise<Outcome<Row>[]> {
  checkProcessOptions(options);
  const { shared, ask } = splitOptions<Row>(options);
  const instance = instanceFor(shared);
  instance.users += 1;
  const outcomes: Outcome<Row>[] = [];
  try {
    for await (const outcome of instance.sluice.start(rows, ask, async () => new MemoryLedger())) {
      outcomes[outcome.index] = outcome;
    }
    return outcomes;
  } catch (error) {
    throw error instanceof RunStoppedError ? completed(error, rows, outcomes) : error;
  } finally {
    instance.users -= 1;
    setTimeout(() => closeIdle(instance), IDLE_MS).unref();
  }
}

/** The error with an outcome for every row, also for those that were never read. */
function completed<Row>(
  error: RunStoppedError,
  rows: readonly Row[],
  delivered: Outcome<Row>[],
): RunStoppedError {
  const rest = new Map(error.outcomes.map((outcome) => [outcome.index, outcome]));
  const all = rows.map(
    (row, index) => delivered[index] ?? rest.get(index) ?? unsentOutcome(index, row, error.message),
  );
  return new RunStoppedError(error.reason, error.message, all);
}

function instanceFor(shared: SluiceOptions): { sluice: SharedAccount; users: number } {
  const key = JSON.stringify(shared, Object.keys(shared).sort());
  const known = instances.get(key);
  if (known !== undefined) return known;
  const made = { sluice: new SharedAccount(shared), users: 0 };
  instances.set(key, made);
  return made;
}

/** Connections are let go when nobody asks; lanes, and what they learned, stay. */
function closeIdle(instance: { sluice: SharedAccount; users: number }): void {
  if (instance.users === 0) instance.sluice.close().catch(() => {});
}

function splitOptions<Row>(options: SluiceOptions & RunOptions<Row>): {
  shared: SluiceOptions;
  ask: RunOptions<Row>;
} {
  const entries = Object.entries(options);
  const shared: SluiceOptions = Object.fromEntries(entries.filter(([name]) => SHARED_NAMES.has(name)));
  const ask: RunOptions<Row> = Object.fromEntries(entries.filter(([name]) => !SHARED_NAMES.has(name)));
  if (options.ledger !== undefined) ask.ledger = options.ledger;
  delete shared.ledger;
  return { shared, ask };
}
