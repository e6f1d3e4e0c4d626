import type { MemoryLedger } from "../ledger/index.ts";
import { createLaneRegistry } from "../limiter/index.ts";
import type { Outcome } from "../model/answer.ts";
import { systemClock } from "../model/clock.ts";
import { RunStoppedError, UsageError } from "../model/errors.ts";
import { createPlanner } from "../plan/index.ts";
import { type Account, type AccountLimits, openAccount } from "./account.ts";
import { chooseAccount } from "./choose-account.ts";
import { FetchDoor } from "./fetch-door.ts";
import { sayingAs } from "./library-words.ts";
import type { AccountOptions, AskOptions, RateOptions, RunOptions } from "./options.ts";
import type { Patience } from "./patience.ts";
import type { RunParts } from "./perform-run.ts";
import { plannerOptionsOf } from "./planner-options.ts";
import { arrivalOf, bytesOf } from "./row-bytes.ts";
import { type RunSource, rowsOf } from "./row-source.ts";
import { Sends } from "./sends.ts";
import { joinOrStartSimulator, type SimulatorProcess } from "./simulator-process.ts";
import { IterableRun } from "./sluice-run.ts";
import { CLOSED, SIGNALLED } from "./stop-words.ts";
import { stoppedOutcome } from "./stopped-outcome.ts";
import { openTemporaryLedger } from "./temporary-ledger.ts";

/** What a run is told beyond its options. */
export interface RunTerms {
  /** The function that sentences about the run begin with. Default: "run". */
  caller?: string;
  patience: Patience;
  ledger: string | undefined;
  /** Where outcomes wait when nobody names a ledger. Default: a temporary file. */
  makeLedger?: () => Promise<MemoryLedger>;
}

interface Opened {
  account: Account;
  /** Set when a simulator of ours answers. */
  simulator: SimulatorProcess | null;
}

/** One account as everything that asks with it shares it: opened when first used, let go of when asked to. */
export class SharedAccount {
  readonly #choice: AccountOptions;
  readonly #caller: string;
  readonly #lanes = createLaneRegistry();
  readonly #limits: AccountLimits = {};
  readonly #sends = new Set<Sends>();
  readonly #runs = new Set<Pick<IterableRun<unknown>, "stop">>();
  readonly #doors = new Set<FetchDoor>();
  #opened: Promise<Opened> | null = null;
  #over = false;

  /** `caller`: the function that sentences about the choice begin with. Throws when nobody can be asked that way. */
  constructor(choice: AccountOptions, caller: string) {
    this.#choice = choice;
    this.#caller = caller;
    if (!startsSimulator(choice)) sayingAs(caller, () => chooseAccount(choice, process.env));
  }

  /** What is said last holds, for everyone who shares the account; what is left out stays as it is. */
  limit(limits: RateOptions): void {
    for (const [name, value] of Object.entries(limits)) {
      if (value !== undefined) Object.assign(this.#limits, { [name]: value });
    }
  }

  run<Row>(source: string | RunSource<Row>, options: RunOptions<Row>, terms: RunTerms): IterableRun<Row> {
    const parts: RunParts<Row> = {
      caller: terms.caller ?? "run",
      // Asked for its iterator now: a readline interface loses the lines that come before it is.
      source: typeof source === "string" ? source : rowsOf(source),
      options,
      patience: terms.patience,
      ledger: terms.ledger,
      makeLedger: terms.makeLedger ?? (() => openTemporaryLedger()),
      account: () => this.#openAccount(),
      began: () => {
        this.#runs.add(run);
        if (this.#over) void run.stop(CLOSED);
      },
      ended: () => this.#runs.delete(run),
    };
    const run = new IterableRun(parts);
    return run;
  }

  async send<Row>(request: Row, options: AskOptions, patience: Patience): Promise<Outcome<Row>> {
    const { signal } = options;
    const opening = this.#open();
    const { account } = await opening;
    const stopped = (message: string, cause?: unknown) =>
      new RunStoppedError("signal", message, [stoppedOutcome(0, request, message)], cause);
    if (signal?.aborted) throw stopped(SIGNALLED, signal.reason);
    // Closed while it was being opened: nobody would ever answer.
    if (opening !== this.#opened) throw stopped(CLOSED);
    const planner = sayingAs("send", () => createPlanner(plannerOptionsOf(options, account, patience)));
    const arrival = arrivalOf(planner, 1, bytesOf(request));
    if (arrival.request === null) throw new UsageError(`send: ${arrival.plan.problem ?? "nothing to send"}.`);
    return this.#openSends(account, patience).send(request, arrival, signal);
  }

  /** A `fetch` whose calls share the lanes and connections of everything else asked here. */
  openFetch({ maxAttempts }: Patience): typeof globalThis.fetch {
    const own = { open: () => this.#openAccount(), takesAll: this.#choice.provider === "simulator" };
    const { insecure } = this.#choice;
    const shared = { insecure, limits: this.#limits, lanes: this.#lanes, clock: systemClock };
    const door = new FetchDoor({ own, ...shared, maxAttempts });
    this.#doors.add(door);
    return door.fetch;
  }

  /** Stops what runs, gives up what is in flight, and lets go of the connections. What lanes learned stays. */
  async close(): Promise<void> {
    const opening = this.#opened;
    this.#opened = null;
    await Promise.all([
      ...[...this.#runs].map((run) => run.stop(CLOSED)),
      ...[...this.#sends].map((sends) => sends.close()),
      ...[...this.#doors].map((door) => door.close()),
    ]);
    this.#sends.clear();
    const opened = await opening?.catch(() => null);
    await opened?.account.close();
    opened?.simulator?.stop();
  }

  /** Closes for good: a run that was made and not begun sends nothing either. */
  end(): Promise<void> {
    this.#over = true;
    return this.close();
  }

  #openSends(account: Account, patience: Patience): Sends {
    for (const sends of this.#sends) if (!sends.over) return sends;
    const sends = new Sends(account, patience, () => this.#sends.delete(sends));
    this.#sends.add(sends);
    return sends;
  }

  async #openAccount(): Promise<Account> {
    return (await this.#open()).account;
  }

  #open(): Promise<Opened> {
    this.#opened ??= this.#connect().catch((error: unknown) => {
      this.#opened = null;
      throw error;
    });
    return this.#opened;
  }

  async #connect(): Promise<Opened> {
    const simulator = startsSimulator(this.#choice) ? await joinOrStartSimulator() : null;
    try {
      const choice = simulator === null ? this.#choice : { ...this.#choice, baseURL: simulator.baseURL };
      const chosen = sayingAs(this.#caller, () => chooseAccount(choice, process.env));
      const limits = this.#limits;
      return { account: openAccount({ chosen, limits, lanes: this.#lanes, clock: systemClock }), simulator };
    } catch (error) {
      simulator?.stop();
      throw error;
    }
  }
}

export function startsSimulator({ provider, baseURL }: AccountOptions): boolean {
  return provider === "simulator" && baseURL === undefined;
}
