import type { Feed } from "../engine/feed.ts";
import type { BudgetTerms } from "../model/budget.ts";
import type { Clock } from "../model/clock.ts";
import type { RunEvent } from "../model/events.ts";
import type { LaneExperience } from "../model/experience.ts";
import type { Ledger, LedgerInfo } from "../model/ledger.ts";
import type { Source } from "../model/source.ts";
import type { Account } from "../sluice/account.ts";
import type { Preview } from "./preview.ts";
import type { RunHooks, RunRequest } from "./run-request.ts";
import type { RunStanding } from "./run-standing.ts";

/** What a run takes from the machine. */
export interface Surroundings {
  env: Readonly<Record<string, string | undefined>>;
  clock: Clock;
  random: () => number;
}

/** A run on its way through the door: everything that is open by then. */
export interface RunParts {
  request: RunRequest;
  hooks: RunHooks;
  surroundings: Surroundings;
  account: Account;
  ledger: Ledger;
}

/** What the engine tells a feed's maker. */
export interface FeedTells {
  settled: (index: number, isBlank: boolean) => void;
  failed: (error: unknown) => void;
  event: (event: RunEvent) => void;
}

/** The rows of a run, whether they lie still or arrive while it goes on. */
export interface RunWork {
  preview: Preview;
  /** What the answers so far tell about the next ones. */
  experience: readonly LaneExperience[];
  /** Null without `--budget`. */
  budget: BudgetTerms | null;
  /** As it was after the ledger opened the run. */
  info: LedgerInfo;
  standing: RunStanding;
  /** Rows this run sets out to settle, by sending them or as copies; 0 where nobody knows yet. */
  todo: number;
  /** The smallest index whose line of OUTPUT may differ from the one already written. */
  firstChange: number;
  /** Lines that OUTPUT held before this run: none of them may get lost. */
  linesBefore: number;
  /** Lanes with rows to send, as far as they are known before the run. */
  lanes: readonly string[];
  /** True while rows may come that nobody has seen yet. */
  isOpen(): boolean;
  /** Answered rows that were there before, where nobody can say beforehand which of them come again; else 0. */
  answeredBefore: number;
  /** Reads INPUT's rows again; null where they are gone. */
  readInput: Source["read"] | null;
  feed(tells: FeedTells): Feed;
}
