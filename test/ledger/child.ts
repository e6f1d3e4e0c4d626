import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("./writing-child.ts", import.meta.url));

/** A process that writes to a ledger, and what it said so far. */
export class WritingChild {
  readonly #process: ChildProcess;
  readonly lines: string[] = [];
  readonly #heard = new Set<() => void>();
  #ended = false;

  constructor(path: string, rows: number) {
    this.#process = spawn(process.execPath, [SCRIPT, path, String(rows)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const { stdout } = this.#process;
    if (stdout === null) throw new Error("the child has no stdout");
    const wake = () => {
      for (const listener of this.#heard) listener();
    };
    createInterface({ input: stdout }).on("line", (line) => {
      this.lines.push(line);
      wake();
    });
    this.#process.on("close", () => {
      this.#ended = true;
      wake();
    });
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** Resolves once it has said so many lines. */
  async said(count: number): Promise<void> {
    while (this.lines.length < count) {
      if (this.#ended) throw new Error(`the child ended after ${this.lines.length} lines`);
      await new Promise<void>((resolve) => {
        const listener = () => {
          this.#heard.delete(listener);
          resolve();
        };
        this.#heard.add(listener);
      });
    }
  }

  /** SIGKILL, and everything it had said by then. */
  async kill(): Promise<readonly string[]> {
    if (this.#ended) return this.lines;
    const closed = once(this.#process, "close");
    this.#process.kill("SIGKILL");
    await closed;
    return this.lines;
  }
}
