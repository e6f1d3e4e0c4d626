import { UsageError } from "../model/errors.ts";
import type { LaneExperience } from "../model/experience.ts";
import type {
  AppendedRow,
  AttemptRecord,
  BeginOptions,
  CopiedRow,
  Intent,
  Ledger,
  LedgerInfo,
  LedgerTotals,
  OutputPosition,
  PulledRow,
  RunStart,
} from "../model/ledger.ts";
import type { OutcomeError, Readable, SettledRow } from "../model/outcome.ts";
import type { PlanComparison, PlanRow, PlanSettings } from "../model/plan.ts";
import type { CrossingError, FromWorker, ToWorker } from "./messages.ts";
import { OpenCalls } from "./open-calls.ts";
import { OutgoingWrites } from "./outgoing-writes.ts";
import { Packer, type Parcel, Unpacker } from "./packing.ts";
import { packPlanRow, unpackPulledRow, unpackSettledRow } from "./parcels.ts";
import { packAppend, packIntend, packPosition, packPrune, packSettle, packSkip } from "./write-operations.ts";

/** Where the file is: a worker, or anything that answers like one. */
export interface LedgerThread {
  postMessage(message: ToWorker, transfer: ArrayBuffer[]): void;
  onMessage(listener: (message: FromWorker) => void): void;
  /** Called when it ends without having been told to, with the reason. */
  onEnd(listener: (reason: string) => void): void;
  /** Resolves once it has ended by itself. */
  ended(): Promise<void>;
  /** Ends it, whatever it is doing. */
  end(): Promise<void>;
}

/** The ledger as the main thread sees it: every verb is a message to the worker that owns the file. */
export class LedgerProxy implements Ledger {
  readonly #thread: LedgerThread;
  readonly #calls: OpenCalls;
  readonly #writes: OutgoingWrites;
  readonly #onTrouble: (message: string | null) => void;
  /** The stage that is under way; the next one waits for it, so that reading and storing overlap. */
  #staging: Promise<void> = Promise.resolve();
  #closing: Promise<void> | null = null;

  constructor(thread: LedgerThread, path: string, onTrouble: (message: string | null) => void) {
    this.#thread = thread;
    this.#onTrouble = onTrouble;
    const post = (message: ToWorker, transfer: ArrayBuffer[]) => thread.postMessage(message, transfer);
    this.#calls = new OpenCalls((id, call, transfer) => post({ type: "call", id, call }, transfer));
    this.#writes = new OutgoingWrites((sequence, parcel, transfer) =>
      post({ type: "write", sequence, parcel }, transfer),
    );
    thread.onMessage((message) => this.#receive(message));
    thread.onEnd((reason) => this.#fail(stopped(path, reason)));
  }

  info(): Promise<LedgerInfo> {
    return this.#calls.make({ verb: "info" });
  }

  async stage(rows: readonly PlanRow[]): Promise<void> {
    const packer = new Packer();
    for (const row of rows) packPlanRow(packer, row);
    const { parcel, transfer } = packer.pack();
    const before = this.#staging;
    this.#staging = before.then(() => this.#calls.make({ verb: "stage", parcel }, transfer));
    // Told to whoever stages next, or compares.
    this.#staging.catch(() => {});
    await before;
  }

  async unstage(): Promise<void> {
    await this.#staged().catch(() => {});
    await this.#calls.make({ verb: "unstage" });
  }

  async compare(): Promise<PlanComparison> {
    await this.#staged();
    return this.#calls.make({ verb: "compare" });
  }

  async adopt(settings: PlanSettings, changed: "ask-again" | "keep"): Promise<void> {
    await this.#staged();
    await this.#calls.make({ verb: "adopt", settings, changed });
  }

  append(rows: readonly PlanRow[]): Promise<readonly AppendedRow[]> {
    return this.#writes.append(rows.length, (to) => packAppend(to, rows));
  }

  begin(options: BeginOptions): Promise<RunStart> {
    this.#writes.flush();
    return this.#calls.make({ verb: "begin", options });
  }

  async pull(lane: string, after: number, count: number): Promise<readonly PulledRow[]> {
    return unpacked(await this.#calls.make({ verb: "pull", lane, after, count }), unpackPulledRow);
  }

  intend(intents: readonly Intent[]): Promise<void> {
    return this.#writes.add((to) => packIntend(to, intents));
  }

  settle(records: readonly AttemptRecord[]): Promise<void> {
    return this.#writes.add((to) => packSettle(to, records));
  }

  skip(rows: readonly { index: number; error: OutcomeError }[]): Promise<void> {
    return this.#writes.add((to) => packSkip(to, rows));
  }

  takeCopies(): Promise<readonly CopiedRow[]> {
    return this.#calls.make({ verb: "takeCopies" });
  }

  async read(
    from: number,
    count: number,
    maxBytes: number,
    which: Readable = "settled",
  ): Promise<readonly SettledRow[]> {
    return unpacked(await this.#calls.make({ verb: "read", from, count, maxBytes, which }), unpackSettledRow);
  }

  async readSettled(
    afterSequence: number,
    count: number,
    maxBytes: number,
  ): Promise<{ rows: readonly SettledRow[]; sequence: number }> {
    const call = { verb: "readSettled", after: afterSequence, count, maxBytes } as const;
    const { parcel, sequence } = await this.#calls.make(call);
    return { rows: unpacked(parcel, unpackSettledRow), sequence };
  }

  position(output: OutputPosition): Promise<void> {
    return this.#writes.add((to) => packPosition(to, output));
  }

  prune(below: number): Promise<void> {
    return this.#writes.add((to) => packPrune(to, below));
  }

  totals(): Promise<LedgerTotals> {
    return this.#calls.make({ verb: "totals" });
  }

  experience(): Promise<readonly LaneExperience[]> {
    return this.#calls.make({ verb: "experience" });
  }

  /** Writes what is on its way, closes the file and ends the worker. A second call waits for the first. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#writes.flush();
    try {
      await this.#calls.make({ verb: "close" });
    } catch (error) {
      await this.#thread.end();
      throw error;
    }
    await this.#thread.ended();
  }

  #staged(): Promise<void> {
    const before = this.#staging;
    this.#staging = Promise.resolve();
    return before;
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case "durable":
        this.#writes.durable(message.upTo, message.appended);
        break;
      case "answer":
        this.#calls.answer(message.id, message.value);
        break;
      case "error":
        this.#calls.reject(message.id, crossed(message.error));
        break;
      case "trouble":
        this.#onTrouble(message.message);
        break;
      case "broken":
        this.#writes.fail(crossed(message.error));
        break;
    }
  }

  #fail(error: Error): void {
    this.#writes.fail(error);
    this.#calls.fail(error);
  }
}

/** An error of the worker in this thread's own class. */
export function crossed({ usage, message }: CrossingError): Error {
  return usage ? new UsageError(message) : new Error(message);
}

function stopped(path: string, reason: string): Error {
  return new Error(`The worker of the ledger ${path} has stopped (${reason}); what it committed is safe.`);
}

function unpacked<Row>(parcel: Parcel, unpack: (from: Unpacker) => Row): Row[] {
  const from = new Unpacker(parcel);
  const rows: Row[] = [];
  while (!from.done) rows.push(unpack(from));
  return rows;
}
