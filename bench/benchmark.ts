/** What a benchmark is to the one who runs it. */
export interface Benchmark {
  /** As typed: `node bench/index.ts NAME`. */
  name: string;
  /** One line: what is measured. */
  about: string;
  run(session: Session): Promise<Section>;
}

export interface Session {
  /** A few seconds instead of minutes: it shows that everything runs, and is too small to judge a target by. */
  short: boolean;
  /** How often contenders take turns; the median counts. */
  rounds: number;
  /** An empty folder of this benchmark's own. */
  folder: string;
  /** Progress, for people who wait. */
  say(line: string): void;
}

/** One benchmark's results. */
export interface Section {
  title: string;
  /** What was done, in a sentence or two. */
  setting: string;
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
  checks: readonly Check[];
  notes: readonly string[];
}

export type Cell = string | number | null;

/** A figure that has a bound: smaller is better. */
export interface Check {
  what: string;
  value: number;
  atMost: number;
  /** "" for a plain ratio. */
  unit: string;
  /** "aim" is where we want to be, "must" what has to hold. */
  kind: "aim" | "must";
}
