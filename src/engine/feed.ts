import type { RowPlace, Taken } from "./job.ts";

/** Where the engine's rows come from: a plan that lies still, or rows that arrive while the run goes on. */
export interface Feed {
  /** Lanes that have had rows so far, in order of first appearance: the same list, and it only grows. */
  lanes(): readonly string[];
  /** Up to `count` next rows of a lane; empty when none is here right now. One call per lane at a time. */
  take(lane: string, count: number): Promise<Taken>;
  /** The same for a lane that is closed: its rows are not sent, so no limit counts them. */
  pass(lane: string, count: number): Promise<readonly RowPlace[]>;
  /** So many of the rows taken are not sent after all: no limit counts them. */
  spare(count: number): void;
  /** Nothing is here to take from this lane right now. */
  isEmpty(lane: string): boolean;
  /** Nothing more will arrive: what `isEmpty` tells of each lane is all there is left. */
  isComplete(): boolean;
  /** This lane takes nothing for long, or takes again: its rows are to hold nobody up meanwhile. */
  park(lane: string, isParked: boolean): void;
  /** Called when rows may have arrived or the feed ended. */
  onArrival(listener: () => void): void;
  /** So many rows of the plan were delivered: rows that arrive need not wait behind them any more. */
  delivered(next: number): void;
  /** Asks for no more rows; what was taken stays taken. */
  close(): Promise<void>;
}
