import { parentPort, workerData } from "node:worker_threads";
import type { WorkerOptions } from "./messages.ts";
import { serveLedger } from "./serve-ledger.ts";

/** The thread in which a ledger's file is opened, written and read. */
if (parentPort !== null) serveLedger(parentPort, workerData as WorkerOptions);
