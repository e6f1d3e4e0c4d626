import { Client } from "./client/client.ts";
import type { End, Policy } from "./client/policy.ts";
import { EventQueue } from "./event-queue.ts";
import { between, type Random, seeded } from "./scenario/random.ts";
import type { Headers, Mode, Scenario } from "./scenario/scenario.ts";
import { type Job, makeJobs } from "./scenario/workload.ts";
import { type Disturbance, putDisturbances, putNextNeighbour } from "./server/disturbances.ts";
import { Server, type Verdict } from "./server/server.ts";
import { Tally } from "./tally.ts";

const REJECT_SERVICE_MS = { least: 5, most: 15 };
const FAILURE_SERVICE_MS = { least: 200, most: 1200 };
/** No timer of Node rings earlier. */
const SHORTEST_TIMER_MS = 1;
/** A policy that needs more sends than this per job does not come to an end. */
const MOST_SENDS_PER_JOB = 200;

/** A request under way: it arrives at the server, is served there, and its response arrives at the client. */
interface Flight {
  stage: "arriving" | "serving" | "responding";
  client: Client;
  job: Job;
  ticket: unknown;
  sentAt: number;
  end: End;
}

type Happening = Disturbance | Flight | { stage: "due"; client: Client; job: Job };

interface Simulation {
  scenario: Scenario;
  mode: Mode;
  seed: number;
  policies: readonly Policy[];
}

/** A whole run in virtual time. The same simulation always has the same tally. */
export function simulate(simulation: Simulation): Tally {
  return new SimulatedRun(simulation).toEnd();
}

class SimulatedRun {
  readonly #scenario: Scenario;
  readonly #headers: Headers | null;
  readonly #hidesNames: boolean;
  readonly #network: Random;
  readonly #foreign: Random;
  readonly #server: Server;
  readonly #clients: readonly Client[];
  readonly #events = new EventQueue<Happening>();
  readonly #tally: Tally;

  constructor({ mode, policies, scenario, seed }: Simulation) {
    this.#scenario = scenario;
    this.#headers = mode === "configHeaders" || mode === "headers" ? scenario.headers : null;
    this.#hidesNames = mode === "unknown";
    this.#network = seeded(seed, "network");
    this.#foreign = seeded(seed, "neighbour");
    this.#server = new Server(scenario);
    this.#clients = policies.map((policy) => new Client(policy));
    this.#tally = new Tally(scenario.jobs);
    makeJobs(scenario, seeded(seed, "workload")).forEach((job, number) => {
      this.#clients[number % this.#clients.length]?.add(job);
    });
  }

  toEnd(): Tally {
    putDisturbances(this.#events, this.#scenario);
    for (const client of this.#clients) this.#pump(client, 0);
    while (this.#tally.isOpen(MOST_SENDS_PER_JOB)) {
      const client = this.#clients.reduce((one, other) => (other.wakeAt < one.wakeAt ? other : one));
      const now = this.#events.next();
      if (client.wakeAt < now) {
        this.#pump(client, client.wakeAt);
        continue;
      }
      const happening = this.#events.take();
      if (happening === undefined) break;
      this.#happen(now, happening);
    }
    return this.#tally;
  }

  #happen(now: number, happening: Happening): void {
    switch (happening.stage) {
      case "arriving":
        this.#arrive(now, happening);
        break;
      case "serving":
        this.#server.finish(now, happening.job, happening.end.status === 200);
        this.#respond(now, happening);
        break;
      case "responding":
        this.#land(now, happening);
        break;
      case "due":
        happening.client.addAgain(happening.job);
        this.#pump(happening.client, now);
        break;
      case "change":
        this.#server.change(happening.change);
        break;
      case "neighbour":
        this.#server.receiveForeign(now);
        putNextNeighbour(this.#events, this.#scenario, now, this.#foreign);
        break;
    }
  }

  /** Sends what may be sent, and notes when to ask again. */
  #pump(client: Client, now: number): void {
    client.wakeAt = Number.POSITIVE_INFINITY;
    for (let job = client.peek(); job !== undefined; job = client.peek()) {
      const wait = client.policy.admit(now, job);
      if (wait > 0) {
        client.wakeAt = now + Math.max(SHORTEST_TIMER_MS, wait);
        return;
      }
      client.shift();
      this.#send(client, job, now);
    }
  }

  #send(client: Client, job: Job, now: number): void {
    const ticket = client.policy.sent(now, job);
    const end: End = { status: 200, latencyMs: 0, retryAfterMs: null, named: null, told: [] };
    this.#tally.sent(now, job);
    this.#events.put(now + this.#oneWay(), { stage: "arriving", client, job, ticket, sentAt: now, end });
  }

  #arrive(now: number, flight: Flight): void {
    const { end, job } = flight;
    const verdict = this.#server.receive(now, job);
    this.#tally.timeline.arrived(now, verdict.is === "admitted");
    if (this.#headers !== null && now < this.#headers.untilMs) {
      end.told = this.#server.headers(now, this.#headers);
    }
    if (verdict.is === "admitted") {
      this.#serve(now, flight, verdict.serviceMs);
    } else {
      this.#describe(verdict, end);
      this.#respond(now + within(this.#network, REJECT_SERVICE_MS), flight);
    }
  }

  #serve(now: number, flight: Flight, serviceMs: number): void {
    const { failureShare } = this.#scenario;
    const fails = failureShare > 0 && this.#network() < failureShare;
    if (fails) flight.end.status = 500;
    flight.stage = "serving";
    this.#events.put(now + (fails ? within(this.#network, FAILURE_SERVICE_MS) : serviceMs), flight);
  }

  #describe(verdict: Exclude<Verdict, { is: "admitted" }>, end: End): void {
    if (verdict.is === "overloaded") {
      end.status = 503;
      return;
    }
    end.status = 429;
    end.retryAfterMs = verdict.retryAfterMs;
    end.named = this.#hidesNames ? null : verdict.named;
  }

  #respond(now: number, flight: Flight): void {
    flight.stage = "responding";
    this.#events.put(now + this.#oneWay(), flight);
  }

  #land(now: number, { client, end, job, sentAt, ticket }: Flight): void {
    end.latencyMs = now - sentAt;
    const againInMs = client.policy.ended(now, job, ticket, end);
    this.#tally.ended(now, sentAt, job, end.status, againInMs === null);
    if (againInMs === 0) client.addAgain(job);
    else if (againInMs !== null) this.#events.put(now + againInMs, { stage: "due", client, job });
    this.#pump(client, now);
  }

  #oneWay(): number {
    return between(this.#network, this.#scenario.network.leastMs, this.#scenario.network.mostMs);
  }
}

function within(random: Random, { least, most }: { least: number; most: number }): number {
  return between(random, least, most);
}
