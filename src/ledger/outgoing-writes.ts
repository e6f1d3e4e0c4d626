import type { AppendedRow } from "../model/ledger.ts";
import { Packer, type Parcel } from "./packing.ts";

/** Writes are sent before the turn ends once they are this large. */
const SEND_AT_BYTES = 1024 * 1024;

/**
 * Writes are gathered so long, in ms. A message costs about 40 µs on this side, whatever is in it, and the worker
 * gathers for longer anyway before it commits.
 */
const GATHER_MS = 1;

/** Writes that travel, or will travel, in one message. */
interface Batch {
  sequence: number;
  packer: Packer;
  appended: number;
  durable: Promise<readonly AppendedRow[]>;
  resolve: (appended: readonly AppendedRow[]) => void;
  reject: (error: Error) => void;
}

const nothing = () => {};

/**
 * Gathers the writes of one turn of the loop into one message. All of them share its promise: they become durable
 * together.
 */
export class OutgoingWrites {
  readonly #send: (sequence: number, parcel: Parcel, transfer: ArrayBuffer[]) => void;
  readonly #sent: Batch[] = [];
  #open: Batch | null = null;
  #sequence = 0;
  #failure: Error | null = null;

  constructor(send: (sequence: number, parcel: Parcel, transfer: ArrayBuffer[]) => void) {
    this.#send = send;
  }

  /** Resolves when what `pack` writes is durable. Without an `await`, which would hold what was packed until then. */
  async add(pack: (to: Packer) => void): Promise<void> {
    return this.#gather(pack).durable.then(nothing);
  }

  /** The same for rows that are answered with where they went. */
  async append(rows: number, pack: (to: Packer) => void): Promise<readonly AppendedRow[]> {
    if (this.#failure !== null) throw this.#failure;
    const batch = this.#opened();
    const first = batch.appended;
    batch.appended += rows;
    this.#gather(pack);
    return (await batch.durable).slice(first, first + rows);
  }

  /** Sends what is gathered; everything that follows comes after it. */
  flush(): void {
    const batch = this.#open;
    if (batch === null) return;
    this.#open = null;
    this.#sent.push(batch);
    const { parcel, transfer } = batch.packer.pack();
    this.#send(batch.sequence, parcel, transfer);
  }

  /** Everything up to this message is durable; `appended` has one entry per message. */
  durable(upTo: number, appended: readonly (readonly AppendedRow[])[]): void {
    for (const rows of appended) {
      const batch = this.#sent[0];
      if (batch === undefined || batch.sequence > upTo) return;
      this.#sent.shift();
      batch.resolve(rows);
    }
  }

  /** Nothing becomes durable any more. */
  fail(error: Error): void {
    this.#failure ??= error;
    const lost = this.#open === null ? this.#sent : [...this.#sent, this.#open];
    this.#open = null;
    for (const batch of lost.splice(0)) batch.reject(error);
    this.#sent.length = 0;
  }

  #gather(pack: (to: Packer) => void): Batch {
    if (this.#failure !== null) throw this.#failure;
    const batch = this.#opened();
    pack(batch.packer);
    if (batch.packer.size >= SEND_AT_BYTES) this.flush();
    return batch;
  }

  #opened(): Batch {
    if (this.#open !== null) return this.#open;
    this.#sequence += 1;
    const { promise, resolve, reject } = Promise.withResolvers<readonly AppendedRow[]>();
    this.#open = {
      sequence: this.#sequence,
      packer: new Packer(),
      appended: 0,
      durable: promise,
      resolve,
      reject,
    };
    setTimeout(() => this.flush(), GATHER_MS);
    return this.#open;
  }
}
