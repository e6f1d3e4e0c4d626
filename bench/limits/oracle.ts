import { EventQueue } from "./event-queue.ts";
import { seeded } from "./scenario/random.ts";
import type { Scenario } from "./scenario/scenario.ts";
import { type Job, makeJobs } from "./scenario/workload.ts";
import { type Disturbance, putDisturbances, putNextNeighbour } from "./server/disturbances.ts";
import { Server } from "./server/server.ts";

type Happening = Disturbance | { stage: "finished"; job: Job };

/**
 * Milliseconds from the start to the last answer for somebody greedy who sees every counter of the server, knows
 * each cost, is never rejected and has no network between, but leaves a neighbour what it asks for: utilisation is
 * measured against this.
 */
export function oracleMs(scenario: Scenario, seed: number): number {
  const jobs = makeJobs(scenario, seeded(seed, "workload"));
  const random = seeded(seed, "neighbour");
  const server = new Server(scenario);
  const events = new EventQueue<Happening>();
  putDisturbances(events, scenario);
  let now = 0;
  let lastFinish = 0;
  for (const job of jobs) {
    for (let wait = server.wait(now, job); wait > 0; wait = server.wait(now, job)) {
      const until = now + wait;
      if (events.next() > until) now = until;
      else happen();
    }
    const finishAt = now + server.admit(now, job);
    lastFinish = Math.max(lastFinish, finishAt);
    events.put(finishAt, { stage: "finished", job });
  }
  return lastFinish;

  function happen(): void {
    now = events.next();
    const happening = events.take();
    if (happening === undefined) throw new Error(`the oracle waits for ever in ${scenario.id}`);
    if (happening.stage === "finished") {
      server.finish(now, happening.job, true);
    } else if (happening.stage === "change") {
      server.change(happening.change);
    } else {
      server.yieldToForeign(now);
      putNextNeighbour(events, scenario, now, random);
    }
  }
}
