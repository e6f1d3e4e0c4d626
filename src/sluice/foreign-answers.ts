import type { LedgerInfo } from "../model/ledger.ts";
import type { WireEnd } from "../model/transport.ts";
import type { Account } from "./account.ts";
import { joinPath } from "./address.ts";

/** An address that may be a simulator is asked once, and given so long to say so. */
const PROBE_TIMEOUT_MS = 5000;

/**
 * What a ledger holds that must not mix with this account's answers: rehearsal answers where a real provider is
 * asked, real ones where a simulator is. Null when nothing does. `mayAsk`: an address that may be a simulator is
 * asked whether it is, else taken for one.
 */
export async function foreignAnswers(
  { simulated }: Pick<LedgerInfo, "simulated">,
  account: Account,
  mayAsk = true,
): Promise<"rehearsal" | "real" | null> {
  if (simulated === null) return null;
  if (simulated) return (await isRehearsal(account, mayAsk)) ? null : "rehearsal";
  return account.provider.simulated ? "real" : null;
}

async function isRehearsal(account: Account, mayAsk: boolean): Promise<boolean> {
  const { provider, address } = account;
  if (provider.simulated) return true;
  if (provider.hosts.includes(address.host)) return false;
  if (!mayAsk) return true;
  const end = await probe(account);
  return end.kind === "response" && provider.isSimulated(end.head);
}

function probe({ transport, address }: Account): Promise<WireEnd> {
  return new Promise((resolve) => {
    const exchange = { method: "GET", path: joinPath(address, "/models"), headers: {}, body: null } as const;
    transport.warm(1);
    const start = () => {
      const handle = transport.start(exchange, { onEnd: resolve });
      setTimeout(() => handle.abort(), PROBE_TIMEOUT_MS).unref();
    };
    if (transport.capacity() > 0) return start();
    const unsubscribe = transport.onCapacity(() => {
      if (transport.capacity() <= 0) return;
      unsubscribe();
      start();
    });
  });
}
