import { existsSync } from "node:fs";
import { availableParallelism, cpus, loadavg, release, totalmem, type } from "node:os";

/** What figures depend on. */
export interface Machine {
  cpu: string;
  cores: number;
  memoryGb: number;
  system: string;
  node: string;
  sqlite: string;
  /** Load average over the last minute, when the benchmarks began: what else the machine was doing. */
  loadBefore: number;
  /** What `sluice` ran from: compiled or as it is. */
  sluice: "dist" | "src";
  date: string;
}

export function describeMachine(): Machine {
  const { node, sqlite = "" } = process.versions;
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 1e9),
    system: `${type()} ${release()}`,
    node,
    sqlite,
    loadBefore: Number((loadavg()[0] ?? 0).toFixed(1)),
    sluice: existsSync(new URL("../dist/cli/main.js", import.meta.url)) ? "dist" : "src",
    date: new Date().toISOString().slice(0, 10),
  };
}
