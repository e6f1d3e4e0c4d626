import { spawn } from "node:child_process";
import { Socket } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { UsageError } from "../model/errors.ts";
import { SIMULATED_HEADER } from "../model/simulated.ts";

/** Where `sluice simulate` listens unless told otherwise. */
export const USUAL_ADDRESS = "http://127.0.0.1:4010/v1";
const JOIN_TIMEOUT_MS = 500;

export interface SimulatorProcess {
  baseURL: string;
  /** Joined one that somebody runs, or started for this run alone. */
  joined: boolean;
  stop(): void;
}

/** Joins the simulator at its usual address, else starts one as a process of its own, which ends with ours. */
export async function joinOrStartSimulator(): Promise<SimulatorProcess> {
  if (await answersAsSimulator(USUAL_ADDRESS)) {
    return { baseURL: USUAL_ADDRESS, joined: true, stop: () => {} };
  }
  const program = fileURLToPath(new URL("../../bin/sluice.js", import.meta.url));
  const child = spawn(
    process.execPath,
    [program, "simulate", "--port", "0", "--json", "--until-stdin-closes"],
    { stdio: ["pipe", "pipe", "ignore"] },
  );
  const stop = () => void child.stdin.end();
  child.stdin.on("error", () => {});
  child.unref();
  for await (const line of createInterface(child.stdout)) {
    const ready: unknown = JSON.parse(line);
    if (typeof ready === "object" && ready !== null && "baseUrl" in ready) {
      // A program that never closes its instance ends all the same, and the simulator with it.
      for (const pipe of [child.stdin, child.stdout]) if (pipe instanceof Socket) pipe.unref();
      return { baseURL: String(ready.baseUrl), joined: false, stop };
    }
  }
  throw new UsageError("The simulator did not start; try `sluice simulate` to see why.");
}

async function answersAsSimulator(address: string): Promise<boolean> {
  try {
    const response = await fetch(`${address}/models`, { signal: AbortSignal.timeout(JOIN_TIMEOUT_MS) });
    await response.arrayBuffer();
    return response.headers.has(SIMULATED_HEADER);
  } catch {
    return false;
  }
}
