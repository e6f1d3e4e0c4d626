import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const FROM_SOURCE = new URL("./from-source.ts", import.meta.url).href;

export interface Finished {
  code: number | null;
  output: string;
  errors: string;
  /** Milliseconds between the last output and the end of the process. */
  lingeredMs: number;
}

/** Runs a program that imports "sluice", in a process of its own. */
export function runProgram(
  program: URL,
  args: readonly string[] = [],
  { env = {}, flags = [] }: { env?: Record<string, string>; flags?: readonly string[] } = {},
): Promise<Finished> {
  const { XAI_API_KEY: _, ...inherited } = process.env;
  const child = spawn(
    process.execPath,
    [...flags, "--import", FROM_SOURCE, fileURLToPath(program), ...args],
    {
      env: { ...inherited, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  let errors = "";
  let last = performance.now();
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    last = performance.now();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output, errors, lingeredMs: performance.now() - last }));
  });
}
