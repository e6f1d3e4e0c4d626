import { MessageChannel } from "node:worker_threads";
import type { LedgerThread } from "../../src/ledger/ledger-proxy.ts";
import type { WorkerOptions } from "../../src/ledger/messages.ts";
import { proxyTo } from "../../src/ledger/open-ledger.ts";
import { serveLedger } from "../../src/ledger/serve-ledger.ts";
import type { Ledger } from "../../src/model/ledger.ts";

/**
 * The ledger with both its ends in this thread: the same file, messages and commits as with a worker, without the
 * time a worker takes to start.
 */
export function openInThread(path: string, options: Partial<WorkerOptions> = {}): Promise<Ledger> {
  const { port1, port2 } = new MessageChannel();
  const ended = new Promise<void>((resolve) => {
    port1.once("close", resolve);
  });
  const thread: LedgerThread = {
    postMessage: (message, transfer) => port1.postMessage(message, transfer),
    onMessage: (listener) => port1.on("message", listener),
    onEnd: (listener) => port1.on("close", () => listener("it was closed")),
    ended: () => ended,
    end: async () => port1.close(),
  };
  const ledger = proxyTo(thread, path);
  serveLedger(port2, {
    path,
    mode: "create-or-open",
    durability: "process",
    temporary: false,
    networked: false,
    ...options,
  });
  return ledger;
}
