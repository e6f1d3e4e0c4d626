import { join } from "node:path";
import type { AnswerServer } from "./answer-server.ts";
import type { Session } from "./benchmark.ts";
import { type Contender, type Turn, takeTurn } from "./contender.ts";
import { writeRequests } from "./requests-file.ts";

/** A run over all requests beside one over a single request: the difference is what the requests cost. */
export interface Round {
  all: Turn;
  one: Turn;
}

export interface RoundsOptions {
  contenders: readonly Contender[];
  session: Session;
  server: AnswerServer;
  count: number;
  /** Of each request. */
  bytes: number;
  inFlight: number;
  /** How long the server keeps each of all requests; the single one is answered at once. */
  delayMs: number;
}

/** Contenders take turns, so that whatever else loads the machine meanwhile loads them all. */
export async function takeRounds(options: RoundsOptions): Promise<ReadonlyMap<Contender, readonly Round[]>> {
  const { session, server, count, bytes, inFlight, delayMs } = options;
  const { folder, rounds, say } = session;
  const many = join(folder, "requests.jsonl");
  const single = join(folder, "request.jsonl");
  await writeRequests({ path: many, count, bytes });
  await writeRequests({ path: single, count: 1, bytes });
  const taken = new Map<Contender, Round[]>(options.contenders.map((contender) => [contender, []]));
  for (let number = 1; number <= rounds; number += 1) {
    for (const [contender, its] of taken) {
      await server.answer();
      const one = await takeTurn(contender, { server, folder, path: single, inFlight, count: 1 });
      await server.answer({ delayMs });
      const all = await takeTurn(contender, { server, folder, path: many, inFlight, count });
      its.push({ all, one });
      say(`round ${number}: ${contender.name} ${perRequest({ all, one }, count).toFixed(0)} µs`);
    }
  }
  return taken;
}

/** CPU of the whole process without start-up and exit, in µs. */
export function perRequest({ all, one }: Round, count: number): number {
  return ((all.cpuMs - one.cpuMs) * 1000) / (count - 1);
}
