import { UsageError } from "../model/errors.ts";
import type { Account } from "./account.ts";
import { FetchAccounts, type FetchAccountsParts, type OwnAccount } from "./fetch-accounts.ts";
import { Call } from "./fetch-call.ts";
import { readFetch } from "./fetch-request.ts";
import { FetchRun } from "./fetch-run.ts";

/** Accounts held open at once, where requests bring addresses and keys of their own. */
const MOST_ACCOUNTS = 256;

export interface FetchDoorParts extends FetchAccountsParts {
  /** The account of the instance; null where every request's own address is its account. */
  own: { open(): Promise<Account>; takesAll: boolean } | null;
  maxAttempts: number;
}

/** The `fetch` of an instance: each call becomes a row of its account's run. */
export class FetchDoor {
  readonly #parts: FetchDoorParts;
  readonly #accounts: FetchAccounts;
  readonly #runs = new Map<Account, FetchRun>();
  #isClosed = false;

  constructor(parts: FetchDoorParts) {
    this.#parts = parts;
    this.#accounts = new FetchAccounts(parts);
  }

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    this.#refuseClosed();
    const request = await readFetch(input, init);
    this.#refuseClosed();
    const own = await this.#openOwn();
    request.signal?.throwIfAborted();
    this.#refuseClosed();
    const { account, path, headers } = this.#accounts.of(request, own);
    const response = this.#runOf(account).ask(new Call({ ...request, headers }, path), request.signal);
    this.#letGoOfUnused();
    return response;
  };

  /** Gives up what is in flight, and tells everybody who waits. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#runs.values()].map((run) => run.close()));
    await this.#accounts.close();
  }

  async #openOwn(): Promise<OwnAccount | null> {
    const { own } = this.#parts;
    return own === null ? null : { account: await own.open(), takesAll: own.takesAll };
  }

  #runOf(account: Account): FetchRun {
    const known = this.#runs.get(account);
    if (known !== undefined && !known.over) return known;
    const { clock, maxAttempts } = this.#parts;
    const run = new FetchRun({ account, clock, maxAttempts });
    this.#runs.set(account, run);
    return run;
  }

  #letGoOfUnused(): void {
    const isIdle = (account: Account) => this.#runs.get(account)?.isIdle ?? true;
    for (const unused of this.#accounts.forget(MOST_ACCOUNTS, isIdle)) void this.#letGo(unused);
  }

  async #letGo(account: Account): Promise<void> {
    const run = this.#runs.get(account);
    this.#runs.delete(account);
    await run?.close();
    await account.close();
  }

  #refuseClosed(): void {
    if (this.#isClosed) throw new UsageError("fetch: this instance was closed; make one with createSluice.");
  }
}
