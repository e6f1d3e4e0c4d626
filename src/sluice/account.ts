import { accountOf, type LaneRegistry, limitsFor } from "../limiter/index.ts";
import type { Clock } from "../model/clock.ts";
import type { Limiter } from "../model/limiter.ts";
import type { Limit, LimitOptions } from "../model/limits.ts";
import type { Request } from "../model/request.ts";
import type { Exchange, Transport } from "../model/transport.ts";
import { createTransport } from "../transport/index.ts";
import { isLoopback, joinPath } from "./address.ts";
import type { ChosenAccount } from "./choose-account.ts";
import { hidingKey } from "./hide-key.ts";
import type { RateTuning } from "./options.ts";
import { packageVersion } from "./package-version.ts";
import { proxyFor } from "./proxy.ts";

/** An account in use: its connections and its lanes. Everything that asks with the same key shares them. */
export interface Account extends ChosenAccount {
  transport: Transport;
  limiterOf(model: string): Limiter;
  /** The limits of a model before anything was learned, each with where it comes from. */
  limitsOf(model: string): readonly Limit[];
  /** What the user allows in flight; null = derived. */
  maxConcurrent(): number | null;
  onLimiterChange(listener: () => void): () => void;
  /** Puts other limits in force at once, for everyone who shares the account's lanes. */
  tune(limits: RateTuning): void;
  exchangeOf(request: Request): Exchange;
  /** Provider and address, as recorded with answers. */
  origin: string;
  /** The same account with parts of somebody else's. */
  borrowing(parts: BorrowedParts): Account;
  close(): Promise<void>;
}

export interface AccountLimits extends LimitOptions {
  maxConcurrent?: number | undefined;
}

export interface BorrowedParts {
  lanes?: LaneRegistry | undefined;
  transport?: Transport | undefined;
}

export interface AccountParts {
  chosen: ChosenAccount;
  /** Read anew whenever a limiter is asked for: what is set later holds from then on. */
  limits: AccountLimits;
  lanes: LaneRegistry;
  clock: Clock;
}

export function openAccount({ chosen, limits, lanes, clock }: AccountParts): Account {
  const { provider, address, apiKey, tier } = chosen;
  // Nobody sits between a machine and itself: a certificate proves nothing there, and a simulator's is its own.
  const rejectUnauthorized = !isLoopback(address.host);
  const transport = createTransport({
    origin: address.origin,
    clock,
    rejectUnauthorized,
    proxy: proxyFor(address),
  });
  const headers: Readonly<Record<string, string>> = {
    "content-type": "application/json",
    accept: "application/json",
    "user-agent": `sluice/${packageVersion()}`,
    ...provider.headers(apiKey),
  };
  const key = accountOf(address.text, apiKey);
  const limitsOf = (model: string) =>
    limitsFor({ flags: limits, published: provider.publishedLimits(model, tier) });
  const laneAccess = (registry: LaneRegistry): Pick<Account, "limiterOf" | "onLimiterChange" | "tune"> => {
    const models = new Set<string>();
    const limiterOf = (model: string) => {
      models.add(model);
      return registry.lane(
        { account: key, model },
        { limits: limitsOf(model), maxConcurrent: limits.maxConcurrent ?? null },
      );
    };
    return {
      limiterOf,
      onLimiterChange: (listener) => registry.onChange(listener),
      tune(change) {
        Object.assign(limits, changed(change));
        for (const model of models) limiterOf(model);
      },
    };
  };
  const account: Account = {
    ...chosen,
    provider: hidingKey(provider, apiKey),
    ...laneAccess(lanes),
    transport,
    limitsOf,
    maxConcurrent: () => limits.maxConcurrent ?? null,
    exchangeOf: (request) => ({
      method: "POST",
      path: joinPath(address, request.path),
      headers,
      body: request.body,
    }),
    origin: `${provider.name} ${address.text}`,
    borrowing: (parts) => ({
      ...account,
      ...(parts.lanes === undefined ? {} : laneAccess(parts.lanes)),
      transport: parts.transport ?? transport,
    }),
    close: () => transport.close(),
  };
  return account;
}

/** What is left out stays as it is; null takes a limit back. */
function changed(change: RateTuning): AccountLimits {
  const said = Object.entries(change).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said.map(([name, value]) => [name, value ?? undefined]));
}
