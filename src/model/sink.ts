import type { SettledRow } from "./outcome.ts";

/** Where outcomes go. The engine hands them over in the asked order, in batches, and waits: a slow sink slows the line. */
export interface Sink {
  /** True where a write that resolved holds on to none of its rows: the memory of their bodies is then given back. */
  readonly keepsNothing?: boolean;
  /** Takes rows; resolves when the sink is ready for more. */
  write(rows: readonly SettledRow[]): Promise<void>;
  /** Nothing more comes. `complete` is true when every row of the plan was written. */
  end(complete: boolean): Promise<void>;
}
