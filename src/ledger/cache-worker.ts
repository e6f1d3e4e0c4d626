import { parentPort, workerData } from "node:worker_threads";
import { serveCache } from "./serve-cache.ts";

/** The thread in which a cache's file is read and written. */
if (parentPort !== null) serveCache(parentPort, workerData as { folder: string });
