import type { Clock } from "../model/clock.ts";
import type { Durability } from "../model/durability.ts";
import type { OutputPosition } from "../model/ledger.ts";
import type { Sink } from "../model/sink.ts";
import type { LineFormat } from "./line-format.ts";
import type { Continuation } from "./output-standing.ts";
import type { ReadInput } from "./render-rows.ts";

export interface FileSinkOptions {
  /** OUTPUT, as typed. */
  path: string;
  format: LineFormat;
  order: "input" | "completion";
  /** What the ledger remembers of OUTPUT; null when it has none. */
  position: OutputPosition | null;
  /** The smallest row index whose line may differ from the one already written; Infinity when none may. */
  firstChange: number;
  /** Told after each write; resolves when remembered. Awaited before OUTPUT is replaced. */
  onPosition: (position: OutputPosition) => void | Promise<void>;
  /** Told one sentence when a full disk pauses the run, and null when it goes on. */
  onTrouble: (message: string | null) => void;
  clock: Clock;
  /** Reads rows of INPUT, for the `rows` format. Default null. */
  readInput?: ReadInput | null;
  /**
   * Tells a killed run's last lines from an edit. Default null: whatever follows the recorded bytes is cut off.
   */
  continuation?: Continuation | null;
  /** `--overwrite`: a file that the ledger knows nothing of is replaced instead of kept as .bak. Default false. */
  overwrite?: boolean;
  /** "power": lines are on the disk before their position is told. Default "process". */
  durability?: Durability;
  /** Ends the wait for a full disk: the write under way fails with the disk's error. */
  signal?: AbortSignal | undefined;
}

/** OUTPUT. The caller hands over rows from `resumeFrom` on; earlier lines are there already. */
export interface FileSink extends Sink {
  /** The first row to write: its index in input order, its place in the order of settling otherwise. */
  readonly resumeFrom: number;
  /** True when lines are written beside OUTPUT, which stays whole until `end()` puts them in its place. */
  readonly newGeneration: boolean;
  /** Where an edited OUTPUT was kept; null when it was not edited. */
  readonly keptAs: string | null;
  /** Moves the OUTPUT that a new generation is about to replace out of its way; null where none is replaced. */
  keepReplaced(): Promise<string | null>;
  /** How far the lines reach; null for pipes and devices, which have no past. */
  position(): OutputPosition | null;
  /** Resolves when a pipe's reader has gone: nothing more is taken. Never for a file. */
  readonly closed: Promise<void>;
}
