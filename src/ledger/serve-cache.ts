import type { MessagePort } from "node:worker_threads";
import type { KeptAnswer } from "../model/answer-cache.ts";
import { CacheFile, type KeyedAnswer, putAside } from "./cache-file.ts";
import { isDamaged } from "./sqlite-errors.ts";

/** Answers are gathered so long before they are written together. */
const GATHER_MS = 50;

export type ToCache =
  | { type: "look"; id: number; keys: readonly Uint8Array[] }
  | { type: "keep"; answer: KeyedAnswer }
  | { type: "close" };

/** `off`: nothing is looked up or kept any more, and why. */
export type FromCache =
  | { type: "found"; id: number; answers: readonly (KeptAnswer | null)[] }
  | { type: "putAside"; path: string }
  | { type: "off"; reason: string };

/** Opens the cache, then answers the other end of the port until it is told to close. */
export function serveCache(port: MessagePort, { folder }: { folder: string }): void {
  const tell = (message: FromCache) => port.postMessage(message);
  let file: CacheFile | null = null;
  let gathered: KeyedAnswer[] = [];
  let timer: NodeJS.Timeout | null = null;

  const open = () => {
    file = CacheFile.open(folder);
  };
  const beginAnew = () => {
    tell({ type: "putAside", path: putAside(folder, new Date()) });
    open();
  };
  const turnOff = (error: unknown) =>
    tell({ type: "off", reason: error instanceof Error ? error.message : String(error) });
  /** Whatever goes wrong costs the cache, never the run. */
  const attempt = <Result>(otherwise: Result, work: () => Result, mend = beginAnew): Result => {
    try {
      return work();
    } catch (error) {
      file?.close();
      file = null;
      if (isDamaged(error)) attempt(undefined, mend, () => turnOff(error));
      else turnOff(error);
      return otherwise;
    }
  };
  const write = () => {
    timer = null;
    const answers = gathered;
    gathered = [];
    if (answers.length > 0) attempt(undefined, () => file?.keep(answers));
  };

  attempt(undefined, open);
  port.on("message", (message: ToCache) => {
    switch (message.type) {
      case "look": {
        const { id, keys } = message;
        const none = keys.map(() => null);
        const find = () => keys.map((key) => file?.find(key) ?? null);
        tell({ type: "found", id, answers: attempt<(KeptAnswer | null)[]>(none, find) });
        break;
      }
      case "keep":
        if (file !== null) gathered.push(message.answer);
        timer ??= setTimeout(write, GATHER_MS);
        break;
      case "close":
        if (timer !== null) clearTimeout(timer);
        write();
        attempt(undefined, () => file?.close());
        port.close();
        break;
    }
  });
}
