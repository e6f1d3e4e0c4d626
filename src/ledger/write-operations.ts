import type { AttemptRecord, Intent, OutputPosition } from "../model/ledger.ts";
import type { OutcomeError } from "../model/outcome.ts";
import type { PlanRow } from "../model/plan.ts";
import { type Packer, type Parcel, Unpacker } from "./packing.ts";
import {
  packAttempt,
  packError,
  packIntent,
  packPlanRow,
  unpackAttempt,
  unpackError,
  unpackIntent,
  unpackPlanRow,
} from "./parcels.ts";

/** The verbs that are gathered into commits, as numbers in a parcel. */
const OPERATION = { intend: 1, settle: 2, skip: 3, append: 4, position: 5, prune: 6 } as const;

export function packIntend(to: Packer, intents: readonly Intent[]): void {
  open(to, OPERATION.intend, intents.length);
  for (const intent of intents) packIntent(to, intent);
}

export function packSettle(to: Packer, records: readonly AttemptRecord[]): void {
  open(to, OPERATION.settle, records.length);
  for (const record of records) packAttempt(to, record);
}

export function packSkip(to: Packer, rows: readonly { index: number; error: OutcomeError }[]): void {
  open(to, OPERATION.skip, rows.length);
  for (const { index, error } of rows) {
    to.number(index);
    packError(to, error);
  }
}

export function packAppend(to: Packer, rows: readonly PlanRow[]): void {
  open(to, OPERATION.append, rows.length);
  for (const row of rows) packPlanRow(to, row);
}

export function packPosition(to: Packer, output: OutputPosition): void {
  open(to, OPERATION.position, 1);
  to.text(JSON.stringify(output));
}

export function packPrune(to: Packer, below: number): void {
  open(to, OPERATION.prune, 1);
  to.number(below);
}

/** Who carries the writes out. */
export interface WriteHandlers {
  intend: (intent: Intent) => void;
  settle: (record: AttemptRecord) => void;
  skip: (index: number, error: OutcomeError) => void;
  append: (row: PlanRow) => void;
  position: (output: OutputPosition) => void;
  prune: (below: number) => void;
}

/** Carries out the writes of a parcel in order. It can be done again: a parcel is only read. */
export function applyWrites(parcel: Parcel, handlers: WriteHandlers): void {
  const from = new Unpacker(parcel);
  while (!from.done) {
    const operation = from.number();
    const count = from.number();
    for (let left = count; left > 0; left -= 1) applyOne(from, operation, handlers);
  }
}

function applyOne(from: Unpacker, operation: number, handlers: WriteHandlers): void {
  switch (operation) {
    case OPERATION.intend:
      handlers.intend(unpackIntent(from));
      break;
    case OPERATION.settle:
      handlers.settle(unpackAttempt(from));
      break;
    case OPERATION.skip:
      handlers.skip(from.number(), unpackError(from) ?? { code: "skipped", message: "" });
      break;
    case OPERATION.append:
      handlers.append(unpackPlanRow(from));
      break;
    case OPERATION.position:
      handlers.position(JSON.parse(from.word()) as OutputPosition);
      break;
    case OPERATION.prune:
      handlers.prune(from.number());
      break;
    default:
      throw new RangeError(`no write has the number ${operation}`);
  }
}

function open(to: Packer, operation: number, count: number): void {
  to.number(operation);
  to.number(count);
}
