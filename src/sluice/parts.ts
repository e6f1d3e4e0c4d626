import { openLedger as openOwnLedger } from "../ledger/index.ts";
import { systemClock } from "../model/clock.ts";
import type { Ledger } from "../model/ledger.ts";
import type { Transport } from "../model/transport.ts";
import { createTransport as createOwnTransport } from "../transport/index.ts";
import { checkLedgerOptions, checkTransportOptions } from "./check-options.ts";
import { throwAs } from "./library-words.ts";
import type { OpenLedgerOptions, TransportOptions } from "./options.ts";

// The parts that a run can be handed, for whoever composes one.
export { createLaneRegistry, type LaneRegistry } from "../limiter/index.ts";
export { systemClock };

/**
 * Opens a ledger and holds its lock until `close`.
 * @throws UsageError when it is in use, damaged, not a ledger, of a newer schema, missing, or cannot be written.
 */
export async function openLedger(options: OpenLedgerOptions): Promise<Ledger> {
  checkLedgerOptions(options);
  const mode = options.mode ?? "create-or-open";
  return openOwnLedger({ ...options, mode }).catch((error: unknown) => throwAs("openLedger", error));
}

/**
 * Connections to one origin; whoever makes them closes them.
 * @throws UsageError for an option that is unknown or out of range.
 */
export function createTransport(options: TransportOptions): Transport {
  checkTransportOptions(options);
  return createOwnTransport({ ...options, clock: options.clock ?? systemClock });
}
