import { dirname, extname, resolve } from "node:path";
import { Worker } from "node:worker_threads";
import type { Ledger } from "../model/ledger.ts";
import { crossed, LedgerProxy } from "./ledger-proxy.ts";
import type { FromWorker, WorkerOptions } from "./messages.ts";
import { isOnNetwork } from "./network-file-systems.ts";

export interface OpenLedgerOptions {
  path: string;
  /** "open" refuses a ledger that does not exist. */
  mode: "create-or-open" | "open";
  /**
   * What a commit survives. "process" (default): a crash or kill of the process; a power cut may take the last
   * moments. "power": also that, at the price of waiting for the disk at every commit.
   */
  durability?: "process" | "power";
  /** For one run only: no lock, nothing synced, and the file is gone at the end. Default false. */
  temporary?: boolean;
  /** Told when nothing can be written for now (the disk is full), and with null when it can again. */
  onTrouble?: (message: string | null) => void;
}

/**
 * Opens a ledger and holds its lock until `close`.
 * @throws UsageError when it is in use, damaged, not a ledger, of a newer schema, missing, or cannot be written.
 */
export async function openLedger(options: OpenLedgerOptions): Promise<Ledger> {
  const path = resolve(options.path);
  const workerData: WorkerOptions = {
    path,
    mode: options.mode,
    durability: options.durability ?? "process",
    temporary: options.temporary ?? false,
    networked: await isOnNetwork(dirname(path)),
  };
  const worker = new Worker(new URL(`./worker${extname(import.meta.url)}`, import.meta.url), { workerData });
  await opened(worker);
  return new LedgerProxy(worker, path, options.onTrouble ?? (() => {}));
}

function opened(worker: Worker): Promise<void> {
  return new Promise((ready, refuse) => {
    const settle = (done: () => void) => {
      worker.off("message", onMessage).off("error", onError);
      done();
    };
    const onMessage = (message: FromWorker) => {
      if (message.type === "ready") settle(ready);
      else if (message.type === "refused") settle(() => refuse(crossed(message.error)));
    };
    const onError = (error: Error) => settle(() => refuse(error));
    worker.on("message", onMessage).on("error", onError);
  });
}
