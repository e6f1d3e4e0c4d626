import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { AnswerServer } from "./answer-server.ts";
import type { Benchmark, Cell, Check, Session } from "./benchmark.ts";
import { type Measured, measureProcess, SLUICE } from "./measured-process.ts";
import { type RequestsFile, writeRequests } from "./requests-file.ts";
import type { Manner } from "./server/desk.ts";

const IN_FLIGHT = 256;
const REQUEST_BYTES = 1000;
const LARGE_ANSWER_BYTES = 32 * 1024 * 1024;
/** Waiting answers lie on disk: no more of them than this share of what is free. */
const SHARE_OF_DISK = 0.5;

const MOST_MB = 200;
const MOST_GROWTH = 1.3;
const MOST_SAME_SECONDS = 10;
const MOST_CHANGED_SECONDS = 40;
/** The budget of bodies in flight. */
const BODIES_MB = 256;
/** What a socket reads before it stands still: twice Node's 64 KiB. */
const SOCKET_MB = 0.131;
/** One answer at a time is text, and then a value. */
const PARSED_MB = (2 * LARGE_ANSWER_BYTES) / 1e6;

interface MemoryRun {
  what: string;
  rows: number;
  sent: number;
  measured: Measured;
}

export const memory: Benchmark = {
  name: "memory",
  about: "peak memory over a million rows, with a slow row, with 32 MB answers; what a rerun takes",
  async run(session) {
    const { short } = session;
    const count = short ? 10_000 : 1_000_000;
    await using server = await AnswerServer.start("h1");
    const bench = new RunsOfSluice(server, session);
    const less = await bench.run("a tenth of the rows", file("tenth", count / 10), count / 10);
    const held = await bench.run("row 1 answered last", { ...file("held", count), held: 0 }, count, {
      holdUntil: count - 1,
    });
    const all = await bench.run("all rows", file("all", count), count);
    const same = await bench.run("the same command again", file("all", count), 0);
    const changed = await bench.run("again, input changed", changedFile(count), 1);
    const large = await bench.largeAnswers(await largeAnswerCount(session));
    const runs = [less, all, held, same, changed, large];
    return {
      title: "Memory and reruns",
      setting:
        `\`sluice run -j ${IN_FLIGHT}\` over requests of ${REQUEST_BYTES} B answered with 1,200 B. The changed input ` +
        "has one new line at its top and every tenth line moved. The answers of 32 MiB are all in flight at once and " +
        "go to `-o - --no-ledger`, read by nobody.",
      columns: ["", "rows", "sent", "peak RSS MB", "wall s", "CPU µs/row"],
      rows: runs.map(rowOf),
      checks: checksOf({ less, all, held, same, changed, large }),
      notes: [],
    };
  },
};

function file(name: string, count: number): RequestsFile {
  return { path: `${name}.jsonl`, count, bytes: REQUEST_BYTES };
}

/** The finished input with one line inserted at the top, and every tenth line in another place. */
function changedFile(count: number): RequestsFile {
  const place = (number: number) => (number % 10 === 0 ? count - 10 - number : number);
  const numberAt = (line: number) => (line === 0 ? count : place(line - 1));
  return { ...file("all", count + 1), numberAt };
}

async function largeAnswerCount({ short, folder }: Session): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  const fitting = Math.floor((bavail * bsize * SHARE_OF_DISK) / LARGE_ANSWER_BYTES);
  return Math.min(short ? 40 : 1000, fitting);
}

/** Runs the command and makes sure that the server was asked exactly what had to be asked. */
class RunsOfSluice {
  readonly #server: AnswerServer;
  readonly #session: Session;

  constructor(server: AnswerServer, session: Session) {
    this.#server = server;
    this.#session = session;
  }

  async run(
    what: string,
    input: RequestsFile,
    sent: number,
    manner: Partial<Manner> = {},
  ): Promise<MemoryRun> {
    const path = join(this.#session.folder, input.path);
    await writeRequests({ ...input, path });
    const output = ["-o", `${path}.answers`, "-j", String(IN_FLIGHT)];
    return this.#measured({ what, rows: input.count, sent, path, output, manner });
  }

  async largeAnswers(count: number): Promise<MemoryRun> {
    const path = join(this.#session.folder, "large.jsonl");
    await writeRequests({ path, count, bytes: REQUEST_BYTES });
    const output = ["-o", "-", "--no-ledger", "-j", String(count)];
    const manner = { answerBytes: LARGE_ANSWER_BYTES };
    return this.#measured({ what: "answers of 32 MiB", rows: count, sent: count, path, output, manner });
  }

  async #measured(run: {
    what: string;
    rows: number;
    sent: number;
    path: string;
    output: string[];
    manner: Partial<Manner>;
  }): Promise<MemoryRun> {
    const { what, rows, sent, path, output, manner } = run;
    await this.#server.answer(manner);
    const argv = [SLUICE, "run", path, ...output, "--base-url", `${this.#server.origin}/v1`];
    const measured = await measureProcess({ argv, folder: this.#session.folder, keepOutput: false });
    const { received } = await this.#server.figures();
    if (received !== sent) throw new Error(`${what}: ${received} requests were sent instead of ${sent}`);
    const memoryMb = (measured.peakBytes / 1e6).toFixed(0);
    this.#session.say(`${what}: ${memoryMb} MB, ${(measured.wallMs / 1000).toFixed(1)} s`);
    return { what, rows, sent, measured };
  }
}

function rowOf({ what, rows, sent, measured }: MemoryRun): Cell[] {
  const { cpuMs, peakBytes, wallMs } = measured;
  return [what, rows, sent, peakBytes / 1e6, (wallMs / 1000).toFixed(1), (cpuMs * 1000) / rows];
}

function checksOf(runs: Record<"less" | "all" | "held" | "same" | "changed" | "large", MemoryRun>): Check[] {
  const mb = ({ measured }: MemoryRun) => measured.peakBytes / 1e6;
  const seconds = ({ measured }: MemoryRun) => measured.wallMs / 1000;
  const { all, changed, held, large, less, same } = runs;
  const bounds: [string, number, number, string][] = [
    ["peak RSS, all rows", mb(all), MOST_MB, "MB"],
    ["all rows / a tenth of them", mb(all) / mb(less), MOST_GROWTH, ""],
    ["peak RSS, row 1 last", mb(held), MOST_MB, "MB"],
    ["row 1 last / a tenth of the rows", mb(held) / mb(less), MOST_GROWTH, ""],
    ["the same command again", seconds(same), MOST_SAME_SECONDS, "s"],
    ["again, input changed", seconds(changed), MOST_CHANGED_SECONDS, "s"],
    ["peak RSS, 32 MiB answers", mb(large), mostLargeMb(large.rows), "MB"],
  ];
  return bounds.map(([what, value, atMost, unit]) => ({ what, value, atMost, unit, kind: "must" }));
}

/** However many large answers come at once: what a run takes anyway, the bodies, the sockets, one answer as a value. */
function mostLargeMb(sockets: number): number {
  return Math.round(MOST_MB + BODIES_MB + sockets * SOCKET_MB + PARSED_MB);
}
