import { createHash } from "node:crypto";
import { extname, resolve } from "node:path";
import { Worker } from "node:worker_threads";
import type { AnswerCache, KeptAnswer } from "../model/answer-cache.ts";
import type { Request } from "../model/request.ts";
import type { FromCache, ToCache } from "./serve-cache.ts";

export interface AnswerCacheOptions {
  folder: string;
  /** Whose answers these are: another origin's are never given. */
  origin: string;
  /** One sentence where the cache is begun anew, or cannot be used. */
  onNote: (message: string) => void;
}

/** Opens the cache of a folder, in a thread of its own. What goes wrong with it is a note. */
export function openAnswerCache(options: AnswerCacheOptions): AnswerCache {
  return new ThreadedCache(options);
}

class ThreadedCache implements AnswerCache {
  readonly #options: AnswerCacheOptions;
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  readonly #looking = new Map<number, (answers: readonly (KeptAnswer | null)[]) => void>();
  #next = 0;
  #isOff = false;

  constructor(options: AnswerCacheOptions) {
    this.#options = options;
    const workerData = { folder: resolve(options.folder) };
    const program = new URL(`./cache-worker${extname(import.meta.url)}`, import.meta.url);
    this.#worker = new Worker(program, { workerData });
    this.#ended = new Promise((ended) => {
      this.#worker.once("exit", () => ended());
    });
    this.#worker.on("message", (message: FromCache) => this.#receive(message));
    this.#worker.on("error", (error) => this.#turnOff(error.message));
  }

  async look(requests: readonly Request[]): Promise<readonly (KeptAnswer | null)[]> {
    if (this.#isOff) return requests.map(() => null);
    const id = this.#next++;
    const keys = requests.map((request) => this.#keyOf(request));
    return new Promise((found) => {
      this.#looking.set(id, (answers) => found(keys.map((_, place) => answers[place] ?? null)));
      this.#post({ type: "look", id, keys });
    });
  }

  keep(request: Request, answer: KeptAnswer): void {
    if (!this.#isOff) this.#post({ type: "keep", answer: { ...answer, key: this.#keyOf(request) } });
  }

  async close(): Promise<void> {
    this.#post({ type: "close" });
    await this.#ended;
  }

  #post(message: ToCache): void {
    this.#worker.postMessage(message);
  }

  #receive(message: FromCache): void {
    switch (message.type) {
      case "found":
        this.#looking.get(message.id)?.(message.answers);
        this.#looking.delete(message.id);
        break;
      case "putAside":
        this.#options.onNote(
          `The cache in ${this.#options.folder} is damaged; it is kept as ${message.path}, and a new one is begun.`,
        );
        break;
      case "off":
        this.#turnOff(message.reason);
        break;
    }
  }

  #turnOff(reason: string): void {
    if (this.#isOff) return;
    this.#isOff = true;
    this.#options.onNote(
      `The cache in ${this.#options.folder} cannot be used (${reason}); the run goes on without it.`,
    );
    for (const found of this.#looking.values()) found([]);
    this.#looking.clear();
  }

  #keyOf({ path, body }: Request): Uint8Array {
    return createHash("sha256").update(`${this.#options.origin}\n${path}\n`).update(body).digest();
  }
}
