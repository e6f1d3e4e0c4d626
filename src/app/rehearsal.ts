import { UsageError } from "../model/errors.ts";
import type { LedgerInfo } from "../model/ledger.ts";
import type { WireEnd } from "../model/transport.ts";
import type { Account } from "../sluice/account.ts";
import { joinPath } from "../sluice/address.ts";

/** An address that may be a simulator is asked once, and given so long to say so. */
const PROBE_TIMEOUT_MS = 5000;

/** Keeps rehearsal answers and real ones apart: neither ever settles a row of the other kind. */
export async function refuseRehearsalMix(info: LedgerInfo, account: Account, output: string): Promise<void> {
  if (info.simulated === null) return;
  const answers = `${info.totals.answered.toLocaleString("en-US")}`;
  if (info.simulated && !(await isRehearsal(account))) {
    throw new UsageError(`${output} holds ${answers} rehearsal answers; use another -o, or --fresh.`);
  }
  if (!info.simulated && account.provider.simulated) {
    throw new UsageError(`${output} holds ${answers} real answers; rehearse with another -o.`);
  }
}

async function isRehearsal(account: Account): Promise<boolean> {
  const { provider, address } = account;
  if (provider.simulated) return true;
  if (provider.hosts.includes(address.host)) return false;
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
