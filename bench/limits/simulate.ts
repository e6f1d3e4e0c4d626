import { type Disturbance, putDisturbances, putNextNeighbour } from "./disturbances.ts";
import { EventQueue } from "./event-queue.ts";
import type { End, Policy } from "./policy.ts";
import { between, type Random, seeded } from "./random.ts";
import type { Mode, Scenario } from "./scenario.ts";
import { Server } from "./server.ts";
import { Tally } from "./tally.ts";
import { type Job, makeJobs } from "./workload.ts";

const REJECT_SERVICE_MS = { least: 5, most: 15 };
const FAILURE_SERVICE_MS = { least: 200, most: 1200 };
/** No timer of Node rings earlier. */
const SHORTEST_TIMER_MS = 1;
/** A policy that needs more sends than this per job does not come to an end. */
const MOST_SENDS_PER_JOB = 200;

/** One client and what waits in it. */
interface Client {
  policy: Policy;
  fresh: Job[];
  next: number;
  again: Job[];
  nextAgain: number;
  wakeAt: number;
}

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

export interface Simulation {
  scenario: Scenario;
  mode: Mode;
  seed: number;
  policies: readonly Policy[];
}

/** A whole run in virtual time. The same simulation always has the same tally. */
export function simulate({ mode, policies, scenario, seed }: Simulation): Tally {
  const network = seeded(seed, "network");
  const foreign = seeded(seed, "neighbour");
  const server = new Server(scenario);
  const events = new EventQueue<Happening>();
  const tally = new Tally(scenario.jobs);
  const seesHeaders = mode === "configHeaders" || mode === "headers";
  const clients = policies.map(newClient);
  makeJobs(scenario, seeded(seed, "workload")).forEach((job, number) => {
    clients[number % clients.length]?.fresh.push(job);
  });
  putDisturbances(events, scenario);
  for (const client of clients) pump(client, 0);
  while (tally.isOpen(MOST_SENDS_PER_JOB)) {
    const client = earliest(clients);
    const eventAt = events.next();
    if (client.wakeAt < eventAt) {
      pump(client, client.wakeAt);
      continue;
    }
    const happening = events.take();
    if (happening === undefined) break;
    happen(eventAt, happening);
  }
  return tally;

  function happen(now: number, happening: Happening): void {
    switch (happening.stage) {
      case "arriving":
        arrive(now, happening);
        break;
      case "serving":
        server.finish(now, happening.job, happening.end.status === 200);
        respond(now, happening);
        break;
      case "responding":
        land(now, happening);
        break;
      case "due":
        happening.client.again.push(happening.job);
        pump(happening.client, now);
        break;
      case "change":
        server.change(happening.change);
        break;
      case "neighbour":
        server.receiveForeign(now);
        putNextNeighbour(events, scenario, now, foreign);
        break;
    }
  }

  /** Sends what may be sent, and notes when to ask again. */
  function pump(client: Client, now: number): void {
    client.wakeAt = Number.POSITIVE_INFINITY;
    for (let job = peek(client); job !== undefined; job = peek(client)) {
      const wait = client.policy.admit(now, job);
      if (wait > 0) {
        client.wakeAt = now + Math.max(SHORTEST_TIMER_MS, wait);
        return;
      }
      shift(client);
      send(client, job, now);
    }
  }

  function send(client: Client, job: Job, now: number): void {
    const ticket = client.policy.sent(now, job);
    tally.sent(now, job);
    events.put(now + delay(), {
      stage: "arriving",
      client,
      job,
      ticket,
      sentAt: now,
      end: { status: 200, latencyMs: 0, retryAfterMs: null, named: null, told: [] },
    });
  }

  function arrive(now: number, flight: Flight): void {
    const { end, job } = flight;
    const verdict = server.receive(now, job);
    tally.timeline.arrived(now, verdict.is === "admitted");
    const { headers } = scenario;
    if (seesHeaders && headers !== null && now < headers.untilMs) end.told = server.headers(now, headers);
    if (verdict.is === "admitted") {
      const fails = scenario.failureShare > 0 && network() < scenario.failureShare;
      if (fails) end.status = 500;
      flight.stage = "serving";
      events.put(now + (fails ? within(network, FAILURE_SERVICE_MS) : verdict.serviceMs), flight);
      return;
    }
    end.status = verdict.is === "throttled" ? 429 : 503;
    if (verdict.is === "throttled") {
      end.retryAfterMs = verdict.retryAfterMs;
      end.named = mode === "unknown" ? null : verdict.named;
    }
    respond(now + within(network, REJECT_SERVICE_MS), flight);
  }

  function respond(now: number, flight: Flight): void {
    flight.stage = "responding";
    events.put(now + delay(), flight);
  }

  function land(now: number, { client, end, job, sentAt, ticket }: Flight): void {
    end.latencyMs = now - sentAt;
    const againInMs = client.policy.ended(now, job, ticket, end);
    tally.ended(now, sentAt, job, end.status, againInMs === null);
    if (againInMs === 0) client.again.push(job);
    else if (againInMs !== null) events.put(now + againInMs, { stage: "due", client, job });
    pump(client, now);
  }

  function delay(): number {
    return between(network, scenario.network.leastMs, scenario.network.mostMs);
  }
}

function newClient(policy: Policy): Client {
  return { policy, fresh: [], next: 0, again: [], nextAgain: 0, wakeAt: Number.POSITIVE_INFINITY };
}

function peek(client: Client): Job | undefined {
  return client.again[client.nextAgain] ?? client.fresh[client.next];
}

function shift(client: Client): void {
  if (client.nextAgain >= client.again.length) {
    client.next += 1;
    return;
  }
  client.nextAgain += 1;
  if (client.nextAgain < client.again.length) return;
  client.again.length = 0;
  client.nextAgain = 0;
}

function earliest(clients: readonly Client[]): Client {
  return clients.reduce((one, other) => (other.wakeAt < one.wakeAt ? other : one));
}

function within(random: Random, { least, most }: { least: number; most: number }): number {
  return between(random, least, most);
}
