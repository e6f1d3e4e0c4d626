/**
 * Values on their way between the main thread and the worker. A structured clone of an object with twenty fields
 * costs more than the SQL statement it is for; three flat columns (numbers, strings, bytes) do not.
 */
export interface Parcel {
  numbers: Float64Array;
  strings: string[];
  /** Short byte strings, end to end. */
  bytes: Uint8Array;
  /** Long byte strings, each in a buffer of its own that is handed over rather than copied again. */
  large: Uint8Array[];
}

/** From this length on a byte string travels by itself: one large answer does not hold up the others' buffer. */
const LARGE_BYTES = 64 * 1024;

/** From this length on it is not even copied: memory that is all its own goes to the other thread for good. */
export const HANDED_OVER_BYTES = 1024 * 1024;

/** Room for the numbers of a usual batch of writes. */
const FIRST_NUMBERS = 4096;

/** Gives a parcel's memory back at once: a thread whose heap hardly grows would find it late. Nothing of it is read again. */
export function releaseParcel({ numbers, bytes, large }: Parcel): void {
  for (const { buffer } of [numbers, bytes, ...large]) if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}

const NONE = -1;
const LARGE = -2;

/** Writes values in order into a parcel. */
export class Packer {
  /** Typed from the start: a plain array of whole numbers is rebuilt, and its code compiled anew, at the first NaN. */
  #numbers = new Float64Array(FIRST_NUMBERS);
  #count = 0;
  readonly #strings: string[] = [];
  readonly #words = new Map<string, number>();
  #small: Uint8Array[] = [];
  #smallBytes = 0;
  readonly #large: Uint8Array[] = [];

  number(value: number): void {
    if (this.#count === this.#numbers.length) this.#grow();
    this.#numbers[this.#count] = value;
    this.#count += 1;
  }

  /** NaN stands for null: no number that is stored is NaN. */
  optional(value: number | null): void {
    this.number(value ?? Number.NaN);
  }

  flag(value: boolean): void {
    this.number(value ? 1 : 0);
  }

  /** A string that is likely its own in the parcel. */
  text(value: string | null): void {
    this.number(value === null ? NONE : this.#strings.push(value) - 1);
  }

  /** A string that comes again and again: a lane, a code, a model. */
  word(value: string | null): void {
    if (value === null) {
      this.number(NONE);
      return;
    }
    let place = this.#words.get(value);
    if (place === undefined) {
      place = this.#strings.push(value) - 1;
      this.#words.set(value, place);
    }
    this.number(place);
  }

  bytes(value: Uint8Array | null): void {
    if (value === null) this.number(NONE);
    else if (value.length >= LARGE_BYTES) {
      this.number(LARGE);
      const isHandedOver = value.length >= HANDED_OVER_BYTES && value.length === value.buffer.byteLength;
      // Not `slice`: a Buffer's is a view, and its memory would be handed over with it.
      this.#large.push(isHandedOver ? value : new Uint8Array(value));
    } else {
      this.number(value.length);
      this.#small.push(value);
      this.#smallBytes += value.length;
    }
  }

  /** Bytes packed so far. */
  get size(): number {
    return this.#smallBytes + this.#large.reduce((sum, { length }) => sum + length, this.#count * 8);
  }

  /** The parcel, and the buffers to hand over with it. */
  pack(): { parcel: Parcel; transfer: ArrayBuffer[] } {
    const bytes = new Uint8Array(this.#smallBytes);
    let at = 0;
    for (const piece of this.#small) {
      bytes.set(piece, at);
      at += piece.length;
    }
    const numbers = this.#numbers.subarray(0, this.#count);
    const parcel = { numbers, strings: this.#strings, bytes, large: this.#large };
    const owned = [numbers, bytes, ...this.#large];
    return { parcel, transfer: owned.map(({ buffer }) => buffer as ArrayBuffer) };
  }

  #grow(): void {
    const larger = new Float64Array(this.#numbers.length * 2);
    larger.set(this.#numbers);
    this.#numbers = larger;
  }
}

/** Reads the values of a parcel in the order in which they were written. */
export class Unpacker {
  readonly #parcel: Parcel;
  #at = 0;
  #byte = 0;
  #large = 0;

  constructor(parcel: Parcel) {
    this.#parcel = parcel;
  }

  get done(): boolean {
    return this.#at >= this.#parcel.numbers.length;
  }

  number(): number {
    const value = this.#parcel.numbers[this.#at];
    if (value === undefined) throw new RangeError("the parcel ends here");
    this.#at += 1;
    return value;
  }

  optional(): number | null {
    const value = this.number();
    return Number.isNaN(value) ? null : value;
  }

  flag(): boolean {
    return this.number() === 1;
  }

  /** Both kinds of string read alike. */
  text(): string | null {
    const place = this.number();
    return place === NONE ? null : (this.#parcel.strings[place] ?? null);
  }

  /** A string that is never null. */
  word(): string {
    return this.text() ?? "";
  }

  bytes(): Uint8Array | null {
    const length = this.number();
    if (length === NONE) return null;
    if (length === LARGE) {
      this.#large += 1;
      return this.#parcel.large[this.#large - 1] ?? null;
    }
    this.#byte += length;
    return this.#parcel.bytes.subarray(this.#byte - length, this.#byte);
  }
}
