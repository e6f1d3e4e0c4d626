import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { RequestRecord, SimulatorStats } from "../../../src/simulator/index.ts";
import { SLUICE } from "../../measured-process.ts";

/** `sluice simulate` as a process of its own, so that its timers and ours do not share a loop. */
export class SimulatorProcess implements AsyncDisposable {
  readonly baseUrl: string;
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;

  private constructor(process: ChildProcessByStdio<Writable, Readable, null>, baseUrl: string) {
    this.#process = process;
    this.baseUrl = baseUrl;
  }

  static async start(flags: readonly string[]): Promise<SimulatorProcess> {
    const args = [SLUICE, "simulate", "--port", "0", "--json", "--until-stdin-closes", ...flags];
    const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
    const [line] = await once(createInterface(child.stdout), "line");
    return new SimulatorProcess(child, JSON.parse(line).baseUrl);
  }

  /** Everything it received, in order of arrival. */
  async requests(): Promise<RequestRecord[]> {
    const requests: RequestRecord[] = [];
    for (let after: number | null = 0; after !== null; ) {
      const response = await fetch(`${this.baseUrl}/simulator/stats?after=${after}&limit=1000`);
      const stats = (await response.json()) as SimulatorStats;
      requests.push(...stats.requests);
      after = stats.next;
    }
    return requests;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#process, "exit");
    this.#process.stdin.end();
    await exited;
  }
}
