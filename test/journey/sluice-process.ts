import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../../bin/sluice.js", import.meta.url));

/** A test that gives up must leave no process behind. */
const living = new Set<{ kill(signal: NodeJS.Signals): boolean }>();
process.once("exit", () => {
  for (const child of living) child.kill("SIGKILL");
});

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface Started {
  child: ChildProcessByStdio<Writable, Readable, Readable>;
  ended: Promise<Ended>;
  /** Resolves when standard error matches. */
  says(pattern: RegExp): Promise<void>;
}

export interface Circumstances {
  cwd: string;
  env?: Record<string, string>;
  /** Standard input; none by default, `null` leaves it open. */
  input?: string | Buffer | null;
  /** The most files it may have open, as `ulimit -n` sets it. */
  mostFiles?: number;
  /** What Node runs in place of this clone's `bin/sluice.js`. */
  program?: string;
}

/** `sluice …` as a process of its own, with no key in its environment. */
export function startSluice(
  args: readonly string[],
  { cwd, env = {}, input = "", mostFiles, program = PROGRAM }: Circumstances,
): Started {
  const { PATH = "", HOME = "", TMPDIR = "" } = process.env;
  const own = { PATH, HOME, ...(TMPDIR === "" ? {} : { TMPDIR }), SHELL: "/bin/bash", ...env };
  const command = [process.execPath, program, ...args];
  const limited = ["bash", "-c", `ulimit -n ${mostFiles} && exec "$@"`, "bash", ...command];
  const [file = "", ...rest] = mostFiles === undefined ? command : limited;
  const child = spawn(file, rest, {
    cwd,
    env: own,
    stdio: ["pipe", "pipe", "pipe"],
  });
  living.add(child);
  const output = { stdout: "", stderr: "" };
  const waiting: { pattern: RegExp; resolve: () => void }[] = [];
  child.stdin.on("error", () => {});
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output.stderr += text;
    for (const { pattern, resolve } of waiting) if (pattern.test(output.stderr)) resolve();
  });
  if (input !== null) child.stdin.end(input);
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code, signal) => {
      living.delete(child);
      resolve({ code, signal, ...output });
    });
  });
  const says = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      if (pattern.test(output.stderr)) return resolve();
      waiting.push({ pattern, resolve });
      ended.then(() => reject(new Error(`ended without saying ${pattern}:\n${output.stderr}`)));
    });
  return { child, ended, says };
}

/** Runs `sluice …` to its end. */
export function sluice(args: readonly string[], circumstances: Circumstances): Promise<Ended> {
  return startSluice(args, circumstances).ended;
}
