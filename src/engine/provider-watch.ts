import type { Ending } from "../model/ending.ts";
import type { StopReason } from "../model/errors.ts";
import type { Attempt } from "./attempt.ts";
import { Breaker } from "./breaker.ts";
import { Lasting } from "./lasting.ts";

/** Not even reached: a connection that is refused three times over is no accident, whichever row it is for. */
const UNREACHED = { failures: 3, rows: 1 };
/** Nothing has worked for so long: the run stops instead of waiting for ever. */
const HOPELESS_AFTER_MS = 10 * 60_000;
/** Fewer failures than this, however far apart, are no outage. */
const HOPELESS_FAILURES = 5;
/** Refusals in a row that no rule explains, without one success, stop the run (docs/errors.md). */
const UNEXPLAINED_IN_A_ROW = 20;

type Stop = { reason: StopReason; message: string };

/**
 * What an ending says of the provider:
 *
 * unreached   it cannot be reached: the whole run waits
 * failing     it was reached and failed: the lane's breaker counts it
 * busy        it says itself that it is overloaded: the limiter's gate waits
 * well        it dealt with the request
 * nothing     it was reached, and whether it works is not known
 */
type Health = "unreached" | "failing" | "busy" | "well" | "nothing";

/** What endings say about the provider as a whole, beyond their rows. */
export class ProviderWatch {
  /** Everybody waits while the provider cannot be reached. */
  readonly reach = new Breaker(UNREACHED);
  /** Why nothing could be reached, in the words of the last failure. */
  unreachable = "";
  #failures = 0;
  readonly #failing = new Lasting();
  #unexplained = 0;
  #rehearsal: boolean | null;

  /** `rehearsal`: what the ledger's answers are; null when there are none. */
  constructor(rehearsal: boolean | null) {
    this.#rehearsal = rehearsal;
  }

  started(attempt: Attempt): void {
    this.reach.started(attempt);
    attempt.lane.breaker.started(attempt);
  }

  /** True when somebody waits for this attempt to be written. */
  written(now: number, attempt: Attempt): boolean {
    const isProbe = this.reach.written(now, attempt);
    return attempt.lane.breaker.written(now, attempt) || isProbe;
  }

  /** It ended before it was sent, and nobody is to blame. */
  notSent(attempt: Attempt): void {
    this.reach.ended(attempt);
    attempt.lane.breaker.ended(attempt);
  }

  /** Takes note of how an attempt ended, with so many others in flight; a reason to stop the run, or null. */
  saw(attempt: Attempt, ending: Ending, now: number, inFlight: number): Stop | null {
    const health = healthOf(ending);
    this.#tellReach(attempt, ending, health, now);
    tellLane(attempt, ending, health, now);
    if (ending.kind === "rejected" && ending.unexplained) this.#unexplained += 1;
    else if (ending.kind === "answered") this.#unexplained = 0;
    if (this.#unexplained >= UNEXPLAINED_IN_A_ROW) {
      return stop(`${UNEXPLAINED_IN_A_ROW} requests in a row were refused: ${withRemedy(ending)}`);
    }
    return this.#isHopeless(health, now, inFlight) ? stop(`${hopeless(health)}: ${ending.message}`) : null;
  }

  /** A rehearsal's answer never settles a row of a real run, nor the other way round: a reason to stop, or null. */
  sawAnswer(simulated: boolean): Stop | null {
    this.#rehearsal ??= simulated;
    if (this.#rehearsal === simulated) return null;
    return stop(
      simulated
        ? "a simulator answers here now, but the ledger holds real answers; rehearse with another -o"
        : "a real provider answers here now, but the ledger holds rehearsal answers; use another -o, or --fresh",
    );
  }

  #tellReach(attempt: Attempt, ending: Ending, health: Health, now: number): void {
    if (health === "unreached") {
      this.unreachable = ending.message;
      this.reach.failed(now, attempt, 0, 0);
    } else if (ending.status !== null) this.reach.succeeded(attempt);
    else this.reach.ended(attempt);
  }

  /** A request in flight may still be answered: where the provider was reached, nothing may be left to wait for. */
  #isHopeless(health: Health, now: number, inFlight: number): boolean {
    if (health === "well") {
      this.#failures = 0;
      this.#failing.over();
    }
    if (health === "well" || health === "nothing") return false;
    this.#failing.seen(now);
    this.#failures += 1;
    if (health === "unreached" && this.reach.lastsForMs > HOPELESS_AFTER_MS) return true;
    const isOutage = this.#failures >= HOPELESS_FAILURES && inFlight === 0;
    return isOutage && this.#failing.ms > HOPELESS_AFTER_MS;
  }
}

function healthOf(ending: Ending): Health {
  switch (ending.kind) {
    case "unprocessed":
      return "unreached";
    case "transient":
      return "failing";
    case "ambiguous":
      // Slow rows may all be slow; and nobody tries again what timed out.
      return ending.ownTimeout ? "nothing" : "failing";
    case "throttled":
      return ending.reason === "overloaded" ? "busy" : "nothing";
    case "answered":
    case "rejected":
      return "well";
    case "account":
      return "nothing";
  }
}

/** A row that fails while others pass says nothing of the others. */
function tellLane(attempt: Attempt, ending: Ending, health: Health, now: number): void {
  const { job, lane } = attempt;
  if (health === "well") lane.breaker.succeeded(attempt);
  else if (health === "failing" && !job.isSetAside) {
    lane.failure = `${ending.code}: ${ending.message.replace(/\.$/, "")}`;
    lane.breaker.failed(now, attempt, now - attempt.startedAt, lane.inFlight);
  } else lane.breaker.ended(attempt);
}

function withRemedy({ status, message }: Ending): string {
  const isOfPath = status === 404 || status === 405;
  return isOfPath ? `${message.replace(/\.$/, "")}; is the address right? See --base-url` : message;
}

function hopeless(health: Health): string {
  const minutes = HOPELESS_AFTER_MS / 60_000;
  if (health === "unreached") return `the provider could not be reached for ${minutes} minutes`;
  if (health === "busy") return `the provider was overloaded for ${minutes} minutes`;
  return `the provider failed every request for ${minutes} minutes`;
}

function stop(message: string): Stop {
  return { reason: "account", message };
}
