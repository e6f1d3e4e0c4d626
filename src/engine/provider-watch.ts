import type { Ending } from "../model/ending.ts";
import type { StopReason } from "../model/errors.ts";
import { Outage } from "./outage.ts";

/** Nothing could be reached for so long: the run stops instead of waiting for ever. */
const UNREACHABLE_AFTER_MS = 10 * 60_000;
/** Refusals in a row that no rule explains, without one success, stop the run (contract, section 6). */
const UNEXPLAINED_IN_A_ROW = 20;

/** What endings say about the provider as a whole, beyond their rows. */
export class ProviderWatch {
  readonly outage = new Outage();
  /** Why nothing could be reached, in the words of the last failure. */
  unreachable = "";
  #unexplained = 0;
  #rehearsal: boolean | null;

  /** `rehearsal`: what the ledger's answers are; null when there are none. */
  constructor(rehearsal: boolean | null) {
    this.#rehearsal = rehearsal;
  }

  /** Takes note of how an attempt ended; a reason to stop the run, or null. */
  saw(attempt: object, ending: Ending, now: number): { reason: StopReason; message: string } | null {
    if (ending.kind === "unprocessed") {
      this.unreachable = ending.message;
      this.outage.unreachable(now, attempt);
    } else if (ending.status !== null) this.outage.alive();
    else this.outage.ended(attempt);
    if (ending.kind === "rejected" && ending.unexplained) this.#unexplained += 1;
    else if (ending.kind === "answered") this.#unexplained = 0;
    if (this.#unexplained >= UNEXPLAINED_IN_A_ROW) {
      return stop(`${UNEXPLAINED_IN_A_ROW} requests in a row were refused: ${ending.message}`);
    }
    if (this.outage.lastsFor(now) > UNREACHABLE_AFTER_MS) {
      return stop(`the provider could not be reached for 10 minutes: ${ending.message}`);
    }
    return null;
  }

  /** A rehearsal's answer never settles a row of a real run, nor the other way round: a reason to stop, or null. */
  sawAnswer(simulated: boolean): { reason: StopReason; message: string } | null {
    this.#rehearsal ??= simulated;
    if (this.#rehearsal === simulated) return null;
    return stop(
      simulated
        ? "a simulator answers here now, but the ledger holds real answers; rehearse with another -o"
        : "a real provider answers here now, but the ledger holds rehearsal answers; use another -o, or --fresh",
    );
  }
}

function stop(message: string): { reason: StopReason; message: string } {
  return { reason: "account", message };
}
