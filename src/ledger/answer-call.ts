import type { SettledRow } from "../model/outcome.ts";
import { releaseBytes } from "../model/release-bytes.ts";
import type { Call, CallResults } from "./messages.ts";
import { HANDED_OVER_BYTES, Packer, type Parcel, Unpacker } from "./packing.ts";
import { packPulledRow, packSettledRow, unpackPlanRow } from "./parcels.ts";
import type { SqliteLedger } from "./sqlite-ledger.ts";

export interface CallAnswer {
  value: CallResults[keyof CallResults];
  transfer: ArrayBuffer[];
}

/** Answers a call of the main thread; `close` is the worker's own. */
export function answerCall(ledger: SqliteLedger, call: Exclude<Call, { verb: "close" }>): CallAnswer {
  switch (call.verb) {
    case "info":
      return plain(ledger.info());
    case "totals":
      return plain(ledger.totals());
    case "experience":
      return plain(ledger.experience());
    case "stage":
      ledger.stage(planRows(call.parcel));
      return plain(undefined);
    case "unstage":
      ledger.unstage();
      return plain(undefined);
    case "compare":
      return plain(ledger.compare());
    case "adopt":
      ledger.adopt(call.settings, call.changed);
      return plain(undefined);
    case "begin":
      return plain(ledger.begin(call.options));
    case "pull":
      return packed(ledger.pull(call.lane, call.after, call.count), packPulledRow);
    case "takeCopies":
      return plain(ledger.takeCopies());
    case "read":
      return packedRows(ledger.read(call.from, call.count, call.maxBytes, call.which));
    case "readSettled": {
      const { rows, sequence } = ledger.readSettled(call.after, call.count, call.maxBytes);
      const { value, transfer } = packedRows(rows);
      return { value: { parcel: value, sequence }, transfer };
    }
  }
}

/** True for a call that only looks: it need not wait for the writes before it. */
export function isReading(call: Call): boolean {
  return ["info", "totals", "experience", "pull", "takeCopies", "read", "readSettled"].includes(call.verb);
}

function plain(value: CallResults[keyof CallResults]): CallAnswer {
  return { value, transfer: [] };
}

function packed<Row>(
  rows: readonly Row[],
  pack: (to: Packer, row: Row) => void,
): { value: Parcel; transfer: ArrayBuffer[] } {
  const packer = new Packer();
  for (const row of rows) pack(packer, row);
  const { parcel, transfer } = packer.pack();
  return { value: parcel, transfer };
}

/** The bodies were copied into the parcel: this thread would keep them until its heap has grown. */
function packedRows(rows: readonly SettledRow[]): { value: Parcel; transfer: ArrayBuffer[] } {
  const answer = packed(rows, packSettledRow);
  for (const { body } of rows) if (body !== null && body.length < HANDED_OVER_BYTES) releaseBytes(body);
  return answer;
}

function* planRows(parcel: Parcel) {
  const from = new Unpacker(parcel);
  while (!from.done) yield unpackPlanRow(from);
}
