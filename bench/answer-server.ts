import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { DeskFigures, Manner } from "./server/desk.ts";

const MAIN = fileURLToPath(new URL("./server/main.ts", import.meta.url));

/** Length of an ordinary answer's body. */
const ANSWER_BYTES = 1200;

/** The server process as its owner sees it. */
export class AnswerServer implements AsyncDisposable {
  readonly origin: string;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, origin: string) {
    this.#process = process;
    this.origin = origin;
  }

  static async start(protocol: "h1" | "h2"): Promise<AnswerServer> {
    const server = fork(MAIN, [protocol]);
    const [port] = await once(server, "message");
    return new AnswerServer(server, `${protocol === "h2" ? "https" : "http"}://127.0.0.1:${port}`);
  }

  /** From now on it answers so; its counts begin anew. */
  async answer(manner: Partial<Manner> = {}): Promise<void> {
    await this.#ask({ manner: { delayMs: 0, holdUntil: 0, answerBytes: ANSWER_BYTES, ...manner } });
  }

  figures(): Promise<DeskFigures> {
    return this.#ask({ manner: null });
  }

  async #ask(message: { manner: Manner | null }): Promise<DeskFigures> {
    const answered = once(this.#process, "message");
    this.#process.send(message);
    const [figures] = await answered;
    return figures;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#process, "exit");
    this.#process.disconnect();
    await exited;
  }
}
