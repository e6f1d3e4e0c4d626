import { accountOf, type LaneRegistry } from "../limiter/index.ts";
import type { Clock } from "../model/clock.ts";
import { type Account, type AccountLimits, openAccount } from "./account.ts";
import { type Address, joinPath } from "./address.ts";
import { type ChosenAccount, chooseAccount } from "./choose-account.ts";
import type { FetchRequest } from "./fetch-request.ts";
import { sayingAs } from "./library-words.ts";

/** Where clients put a key; the first that is there counts. */
const KEY_HEADERS: readonly string[] = ["authorization", "x-api-key", "api-key"];
/** A provider's headers that are no key: the client says these itself. */
const NO_KEY_HEADERS: readonly string[] = ["accept", "content-type"];

/** The account that an instance was made for. */
export interface OwnAccount {
  account: Account;
  /** A rehearsal: the simulator answers for every address, and no key that was meant for one gets there. */
  takesAll: boolean;
}

export interface FetchAccountsParts {
  /** Allows other addresses without TLS on other machines. */
  insecure: boolean | undefined;
  limits: AccountLimits;
  lanes: LaneRegistry;
  clock: Clock;
}

/** Whom a request is charged to, and what it becomes there. */
export interface Addressed {
  account: Account;
  path: string;
  headers: Record<string, string>;
}

/**
 * Finds each request its account: the instance's own for its own address, else one for the address and the key that
 * the request brings. The instance's key goes to its own address, and only where the request brings none.
 */
export class FetchAccounts {
  readonly #parts: FetchAccountsParts;
  /** By address and fingerprint of the key; the last used stands last. */
  readonly #others = new Map<string, Account>();

  constructor(parts: FetchAccountsParts) {
    this.#parts = parts;
  }

  /** `own` is null where every request's own address is its account. */
  of({ url, headers }: FetchRequest, own: OwnAccount | null): Addressed {
    const path = url.pathname + url.search;
    const key = keyIn(headers);
    if (own === null || !isAt(own.account.address, url)) {
      if (own?.takesAll) return rehearsed(own.account, path, headers);
      return { account: this.#other(this.#elsewhere(url, key)), path, headers };
    }
    const { account } = own;
    if (key === null) return { account, path, headers: { ...keyHeadersOf(account), ...headers } };
    const isOwn = account.apiKey === null || account.apiKey === key;
    return { account: isOwn ? account : this.#other({ ...account, apiKey: key }), path, headers };
  }

  /** Forgets those that were unused for longest, down to so many; whoever asked closes them. */
  forget(most: number, isIdle: (account: Account) => boolean): Account[] {
    const forgotten: Account[] = [];
    for (const [name, account] of this.#others) {
      if (this.#others.size <= most) break;
      if (isIdle(account) && this.#others.delete(name)) forgotten.push(account);
    }
    return forgotten;
  }

  /** Closes what was opened here; the own account is its owner's. */
  async close(): Promise<void> {
    const others = [...this.#others.values()];
    this.#others.clear();
    await Promise.all(others.map((account) => account.close()));
  }

  #elsewhere({ origin }: URL, apiKey: string | null): ChosenAccount {
    const choice = { baseURL: origin, insecure: this.#parts.insecure };
    return { ...sayingAs("fetch", () => chooseAccount(choice, {})), apiKey };
  }

  #other(chosen: ChosenAccount): Account {
    const { limits, lanes, clock } = this.#parts;
    const name = accountOf(chosen.address.text, chosen.apiKey);
    const { provider, address, apiKey, tier } = chosen;
    const account =
      this.#others.get(name) ??
      openAccount({ chosen: { provider, address, apiKey, tier }, limits, lanes, clock });
    this.#others.delete(name);
    this.#others.set(name, account);
    return account;
  }
}

function isAt(address: Address, url: URL): boolean {
  return url.origin === address.origin && `${url.pathname}/`.startsWith(`${address.basePath}/`);
}

function rehearsed(account: Account, path: string, headers: Record<string, string>): Addressed {
  const kept = Object.entries(headers).filter(([name]) => !KEY_HEADERS.includes(name));
  // Providers have their /v1 at different places; a simulator's is at the root.
  const simulated = joinPath(account.address, path.replace(/^.*?(?=\/v1(?:[/?]|$))/, ""));
  return { account, path: simulated, headers: Object.fromEntries(kept) };
}

function keyIn(headers: Readonly<Record<string, string>>): string | null {
  const value = KEY_HEADERS.map((name) => headers[name]).find((found) => found !== undefined && found !== "");
  return value?.replace(/^Bearer\s+/i, "") ?? null;
}

function keyHeadersOf({ provider, apiKey }: Account): Record<string, string> {
  const entries = Object.entries(provider.headers(apiKey));
  return Object.fromEntries(entries.filter(([name]) => !NO_KEY_HEADERS.includes(name.toLowerCase())));
}
