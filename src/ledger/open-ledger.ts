import { dirname, extname, resolve } from "node:path";
import { Worker } from "node:worker_threads";
import { DEFAULT_DURABILITY } from "../model/defaults.ts";
import type { Durability } from "../model/durability.ts";
import type { Ledger } from "../model/ledger.ts";
import { crossed, LedgerProxy, type LedgerThread } from "./ledger-proxy.ts";
import type { WorkerOptions } from "./messages.ts";
import { isOnNetwork } from "./network-file-systems.ts";

export interface OpenLedgerOptions {
  path: string;
  /** "open" refuses a ledger that does not exist. */
  mode: "create-or-open" | "open";
  /** What a commit survives: the death of the process ("process", the default) or a power cut too ("power"). */
  durability?: Durability | undefined;
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
    durability: options.durability ?? DEFAULT_DURABILITY,
    temporary: options.temporary ?? false,
    networked: await isOnNetwork(dirname(path)),
  };
  const worker = new Worker(new URL(`./worker${extname(import.meta.url)}`, import.meta.url), { workerData });
  return proxyTo(threadOf(worker), path, options.onTrouble);
}

/** The ledger at the other end of a thread, once its file is open. */
export async function proxyTo(
  thread: LedgerThread,
  path: string,
  onTrouble: (message: string | null) => void = () => {},
): Promise<Ledger> {
  await new Promise<void>((ready, refuse) => {
    thread.onMessage((message) => {
      if (message.type === "ready") ready();
      else if (message.type === "refused") refuse(crossed(message.error));
    });
    thread.onEnd((reason) => refuse(new Error(`The worker of the ledger ${path} did not start: ${reason}.`)));
  });
  return new LedgerProxy(thread, path, onTrouble);
}

function threadOf(worker: Worker): LedgerThread {
  const ended = new Promise<void>((resolve) => {
    worker.once("exit", () => resolve());
  });
  return {
    postMessage: (message, transfer) => worker.postMessage(message, transfer),
    onMessage: (listener) => worker.on("message", listener),
    onEnd: (listener) => {
      worker.on("error", (error) => listener(error.message));
      worker.on("exit", () => listener("it was closed"));
    },
    ended: () => ended,
    end: async () => {
      await worker.terminate();
    },
  };
}
