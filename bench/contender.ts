import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AnswerServer } from "./answer-server.ts";
import { type Measured, measureProcess, SLUICE, saidNumber } from "./measured-process.ts";

/** One way of getting a file of requests answered, each time in a process of its own. */
export interface Contender {
  name: string;
  argv(task: ContenderTask): readonly string[];
}

interface ContenderTask {
  origin: string;
  inFlight: number;
  /** The input: one chat body per line. */
  path: string;
  /** Where OUTPUT goes, for a contender that writes one. */
  output: string;
}

/** The real command line with everything a run does: door, ledger, ordered OUTPUT. */
export const SLUICE_RUN: Contender = {
  name: "`sluice run`",
  argv: ({ origin, inFlight, path, output }) => [
    SLUICE,
    ...["run", path, "-o", output, "-j", String(inFlight), "--base-url", `${origin}/v1`, "--json"],
  ],
};

/** A script in `inside/` that takes `ORIGIN IN-FLIGHT FILE`. */
export function script(name: string, file: URL): Contender {
  const program = fileURLToPath(file);
  return { name, argv: ({ origin, inFlight, path }) => [program, origin, String(inFlight), path] };
}

/** What one turn of a contender used, with what the server saw of it. */
export interface Turn extends Measured {
  /** From the server's last answer to the end of the process. */
  exitMs: number;
  /** From the first request's arrival to the last answer. */
  spanMs: number;
  serverCpuMs: number;
  /** The most requests the server had and had not answered at one time. */
  serverMostInFlight: number;
}

export interface TurnOptions {
  server: AnswerServer;
  folder: string;
  path: string;
  inFlight: number;
  /** How many answers there must be. */
  count: number;
}

/** Lets a contender answer the file once. Throws when a single row was not answered. */
export async function takeTurn(contender: Contender, options: TurnOptions): Promise<Turn> {
  const { server, folder, path, inFlight, count } = options;
  const output = join(folder, "answers.jsonl");
  const argv = contender.argv({ origin: server.origin, inFlight, path, output });
  const measured = await measureProcess({ argv, folder });
  await Promise.all([output, `${output}.ledger`].map((file) => rm(file, { force: true })));
  const answered = saidNumber(measured.said, "answered");
  if (answered !== count) throw new Error(`${contender.name} answered ${answered} of ${count}`);
  const { lastAnswerAt, spanMs, cpuMs, mostInFlight } = await server.figures();
  const exitMs = measured.exitedAt - lastAnswerAt;
  return { ...measured, exitMs, spanMs, serverCpuMs: cpuMs, serverMostInFlight: mostInFlight };
}
