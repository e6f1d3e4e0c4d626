import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Packer, Unpacker } from "../../src/ledger/packing.ts";
import { packAttempt, packSettledRow, unpackAttempt, unpackSettledRow } from "../../src/ledger/parcels.ts";
import type { AttemptRecord } from "../../src/model/ledger.ts";
import type { SettledRow } from "../../src/model/outcome.ts";

const word = fc.string({ unit: "binary", maxLength: 8 });
const bytes = fc.uint8Array({ maxLength: 40 });
const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });
const money = fc.maxSafeNat();
const error = orNull(fc.record({ code: word, message: word }));
const usage = orNull(
  fc.record({
    inputTokens: fc.nat(),
    cachedTokens: fc.nat(),
    outputTokens: fc.nat(),
    reasoningTokens: fc.nat(),
    totalTokens: fc.nat(),
  }),
);

const record: fc.Arbitrary<AttemptRecord> = fc.record({
  index: fc.nat(),
  ending: fc.constantFrom("answered", "throttled", "withdrawn"),
  code: word,
  httpStatus: orNull(fc.nat(599)),
  atRisk: orNull(money),
  cost: orNull(money),
  counts: fc.boolean(),
  latencyMs: fc.double({ noNaN: true, min: 0, max: 1e9 }),
  firstTokenMs: orNull(fc.double({ noNaN: true, min: 0, max: 1e9 })),
  wallTime: fc.nat(),
  isHedge: fc.boolean(),
  outcome: orNull(
    fc.record({
      status: fc.constantFrom("answered", "unknown"),
      held: fc.boolean(),
      requestId: orNull(word),
      body: orNull(bytes),
      error,
      finishReason: orNull(word),
      usage,
      cost: orNull(money),
      costSource: fc.constantFrom("provider", "price-table", null),
      simulated: fc.boolean(),
      origin: word,
      model: orNull(word),
    }),
  ),
});

const settled: fc.Arbitrary<SettledRow> = fc.record({
  index: fc.nat(),
  line: fc.nat(),
  customId: orNull(word),
  status: fc.constantFrom("answered", "blank"),
  httpStatus: orNull(fc.nat(599)),
  requestId: orNull(word),
  body: orNull(bytes),
  error,
  finishReason: orNull(word),
  usage,
  cost: orNull(money),
  costSource: fc.constantFrom("provider", "price-table", null),
  attempts: fc.nat(),
  offset: fc.maxSafeNat(),
  length: fc.nat(),
});

function roundTrip<Item>(
  items: readonly Item[],
  pack: (to: Packer, item: Item) => void,
  unpack: (from: Unpacker) => Item,
): Item[] {
  const packer = new Packer();
  for (const item of items) pack(packer, item);
  const { parcel, transfer } = packer.pack();
  const from = new Unpacker(structuredClone(parcel, { transfer }));
  const back: Item[] = [];
  while (!from.done) back.push(unpack(from));
  return back;
}

describe("a parcel", () => {
  it("brings attempts to the other side unchanged", () => {
    fc.assert(
      fc.property(fc.array(record), (records) => {
        expect(roundTrip(records, packAttempt, unpackAttempt)).toEqual(records);
      }),
    );
  });

  it("brings settled rows to the other side unchanged", () => {
    fc.assert(
      fc.property(fc.array(settled), (rows) => {
        expect(roundTrip(rows, packSettledRow, unpackSettledRow)).toEqual(rows);
      }),
    );
  });

  it("hands long byte strings over one by one, and leaves the sender's own untouched", () => {
    const sizes = [10, 64 * 1024, 0, 1_000_000, 64 * 1024 - 1];
    const sent = sizes.map((size) => new Uint8Array(size).fill(size % 251));
    const packer = new Packer();
    for (const one of sent) packer.bytes(one);
    const { parcel, transfer } = packer.pack();
    expect(parcel.large).toHaveLength(2);
    const from = new Unpacker(structuredClone(parcel, { transfer }));
    for (const size of sizes) expect(from.bytes()).toEqual(new Uint8Array(size).fill(size % 251));
    expect(sent.map(({ length }) => length)).toEqual(sizes);
  });

  it("ends where it ends", () => {
    expect(() => new Unpacker(new Packer().pack().parcel).number()).toThrow(RangeError);
  });
});

it("hands over a copy of a large body and leaves the body itself to its owner, a Buffer's too", () => {
  const body = Buffer.alloc(100_000, "x");
  const packer = new Packer();
  packer.bytes(body);
  const { transfer } = packer.pack();

  structuredClone(transfer, { transfer });
  expect(body.byteLength).toBe(100_000);
});
