import type { Endpoint } from "./ask.ts";
import type {
  Bill,
  RequestEnding,
  RequestRecord,
  SimulatorStats,
  SimulatorTotals,
  StatsQuery,
} from "./stats.ts";

/** Keeps totals, and the last `keep` requests one by one in a ring. */
export class StatsKeeper {
  readonly #keep: number;
  #ring: RequestRecord[] = [];
  #totals = noTotals();
  #epoch = 0;

  constructor(keep: number) {
    this.#keep = keep;
  }

  received(path: string, protocol: string, endpoint: Endpoint, time: number): RequestRecord {
    const totals = this.#totals;
    totals.received += 1;
    totals.inFlight += 1;
    if (totals.inFlight > totals.maxInFlight) totals.maxInFlight = totals.inFlight;
    const number = totals.received;
    const record: RequestRecord = {
      number,
      epoch: this.#epoch,
      id: `sim-${endpoint}-${this.#epoch}-${number}`,
      time,
      path,
      protocol,
      model: null,
      marker: null,
      promptHash: null,
      status: null,
      ending: "in-flight",
      promptTokens: 0,
      completionTokens: 0,
      reasoningTokens: 0,
      billed: false,
      ticks: 0,
    };
    if (this.#keep > 0) this.#ring[(number - 1) % this.#keep] = record;
    return record;
  }

  bill(record: RequestRecord, bill: Bill): void {
    if (!this.#owns(record)) return;
    const totals = this.#totals;
    Object.assign(record, bill, { billed: true });
    totals.billed += 1;
    totals.promptTokens += bill.promptTokens;
    totals.completionTokens += bill.completionTokens;
    totals.reasoningTokens += bill.reasoningTokens;
    if (bill.ticks === null) totals.unpriced += 1;
    else totals.ticks += bill.ticks;
  }

  ended(
    record: RequestRecord,
    as: "answered" | "throttled" | "refused" | "faulted" | "clientGone",
    status: number | null,
    ending: RequestEnding,
  ): void {
    if (!this.#owns(record)) return;
    const totals = this.#totals;
    totals[as] += 1;
    totals.inFlight -= 1;
    record.status = status;
    record.ending = ending;
    totals.byEnding[ending] = (totals.byEnding[ending] ?? 0) + 1;
    const key = status === null ? "none" : String(status);
    totals.byStatus[key] = (totals.byStatus[key] ?? 0) + 1;
  }

  other(): void {
    this.#totals.other += 1;
  }

  connected(): void {
    this.#totals.connections += 1;
  }

  read({ after = 0, limit = Number.POSITIVE_INFINITY }: StatsQuery = {}): SimulatorStats {
    const last = this.#totals.received;
    const first = Math.max(1, last - this.#keep + 1);
    const from = Math.max(first, after + 1);
    const to = Math.min(last, from + limit - 1);
    const requests: RequestRecord[] = [];
    for (let number = from; number <= to; number++) {
      const record = this.#ring[(number - 1) % this.#keep];
      if (record !== undefined) requests.push({ ...record });
    }
    const { byStatus, byEnding } = this.#totals;
    return {
      ...this.#totals,
      byStatus: { ...byStatus },
      byEnding: { ...byEnding },
      requests,
      next: to < last ? to : null,
      forgotten: first - 1,
    };
  }

  /** Begins anew; requests under way are no longer counted. */
  reset(): void {
    const { connections } = this.#totals;
    this.#totals = { ...noTotals(), connections };
    this.#ring = [];
    this.#epoch += 1;
  }

  #owns(record: RequestRecord): boolean {
    return record.epoch === this.#epoch;
  }
}

function noTotals(): SimulatorTotals {
  return {
    received: 0,
    answered: 0,
    throttled: 0,
    refused: 0,
    faulted: 0,
    clientGone: 0,
    other: 0,
    inFlight: 0,
    maxInFlight: 0,
    connections: 0,
    byStatus: {},
    byEnding: {},
    promptTokens: 0,
    completionTokens: 0,
    reasoningTokens: 0,
    billed: 0,
    ticks: 0,
    unpriced: 0,
  };
}
