import type { Outcome } from "../model/answer.ts";
import { UsageError } from "../model/errors.ts";
import { checkAskOptions, checkRunOptions, checkSluiceOptions } from "./check-options.ts";
import type { AskOptions, RunOptions, SluiceOptions } from "./options.ts";
import { patienceOf } from "./patience.ts";
import { checkSource, type RunSource } from "./row-source.ts";
import { SharedAccount } from "./shared-account.ts";
import type { SluiceRun } from "./sluice-run.ts";

/** An account in use: its limits and connections are shared by everything asked through it. */
export interface Sluice extends AsyncDisposable {
  /**
   * Asks every row of a file: JSONL, or one prompt per line where its name ends in `.txt`. The file is read once
   * before anything is sent; a bad row is a `UsageError` then, and nothing is paid.
   */
  run(path: string, options?: RunOptions<unknown>): SluiceRun<unknown>;
  /**
   * Asks every row of an array or (async) iterable, endless ones too: rows are read as they can be sent. Outcomes
   * come in input order; a bad row is an `unsent` one. When the source throws, its error follows the outcomes of
   * the rows before it. A run stopped by the provider, the budget or a signal throws `RunStoppedError`.
   */
  run<Row>(source: RunSource<Row>, options?: RunOptions<Row>): SluiceRun<Row>;
  /**
   * Asks once: a prompt, a chat body or a Batch line. A request that fails is an outcome; a stopped account or an
   * aborted signal rejects with `RunStoppedError`, a request that cannot be sent with `UsageError`.
   */
  send<Row>(request: Row, options?: AskOptions): Promise<Outcome<Row>>;
  /**
   * A `fetch` for any SDK that takes one: its calls keep the limits of this instance, wait where a 429 says so, and
   * are sent again as `run` would. A response is the provider's own; `TypeError` where none can be had.
   */
  readonly fetch: typeof globalThis.fetch;
  /** Stops what runs, gives up what is in flight, and closes connections. Nothing can be asked afterwards. */
  close(): Promise<void>;
}

/**
 * Makes an instance, with limits of its own: one for each key. Throws `UsageError` for an unknown or unfitting option,
 * or a missing key.
 */
export function createSluice(options: SluiceOptions = {}): Sluice {
  checkSluiceOptions(options);
  return new SluiceInstance({ ...options });
}

class SluiceInstance implements Sluice {
  readonly #options: SluiceOptions;
  readonly #account: SharedAccount;
  readonly fetch: typeof globalThis.fetch;
  #closed = false;

  constructor(options: SluiceOptions) {
    const { provider, baseURL, apiKey, tier, insecure, maxConcurrent, rps, rpm, tpm } = options;
    this.#options = options;
    this.#account = new SharedAccount({ provider, baseURL, apiKey, tier, insecure }, "createSluice");
    this.#account.limit({ maxConcurrent, rps, rpm, tpm });
    this.fetch = this.#account.openFetch(patienceOf(options));
  }

  run<Row>(source: string | RunSource<Row>, options: RunOptions<Row> = {}): SluiceRun<Row> {
    checkRunOptions(options);
    if (typeof source !== "string") checkSource(source);
    this.#refuseClosed("run");
    const { ledger } = this.#options;
    const durability = options.durability ?? this.#options.durability;
    return this.#account.run(
      source,
      { ...options, durability },
      { patience: patienceOf(this.#options), ledger },
    );
  }

  async send<Row>(request: Row, options: AskOptions = {}): Promise<Outcome<Row>> {
    checkAskOptions(options);
    this.#refuseClosed("send");
    return this.#account.send(request, options, patienceOf(this.#options));
  }

  close(): Promise<void> {
    this.#closed = true;
    return this.#account.end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #refuseClosed(caller: string): void {
    if (this.#closed)
      throw new UsageError(`${caller}: this instance was closed; make one with createSluice.`);
  }
}
