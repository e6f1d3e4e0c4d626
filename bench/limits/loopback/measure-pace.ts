import diagnostics from "node:diagnostics_channel";
import { createSluice } from "../../../src/index.ts";
import { seeded } from "../scenario/random.ts";
import { SimulatorProcess } from "./simulator-process.ts";

const PER_SECOND = 500;
const SECOND_MS = 1000;
/** About one stall in three seconds: a collection of garbage, a laptop that is busy with something else. */
const STALL = { mostApartMs: 6000, lastsMs: 150 };

/** As xAI answers: a limit per second, and not a word about how long to wait. */
const FLAGS = ["--any-model", "--no-limit-headers", "--retry-after", "none", "--latency", "500ms-1500ms"];
/** How the server counts a second. */
const WINDOWS = ["sliding", "fixed"] as const;

/** At 500 a second, as the client sent it and as the server counted it. */
export interface Pace {
  /** From the first send to the last, of 500 a second. */
  pace: number;
  fullestSecondOfSends: number;
  fullestSecondOfArrivals: number;
  /** Of all sends. */
  rejected: number;
}

/** `seconds` at 500 a second, by both ways to count a second, with and without stalls of the client's loop. */
export async function measurePaces(seconds: number, say: (line: string) => void): Promise<[string, Pace][]> {
  const paces: [string, Pace][] = [];
  for (const window of WINDOWS) {
    for (const isStalled of [false, true]) {
      const name = `${window} second${isStalled ? ", stalls of 150 ms" : ""}`;
      say(name);
      paces.push([name, await measurePace(window, isStalled, seconds)]);
    }
  }
  return paces;
}

async function measurePace(window: string, isStalled: boolean, seconds: number): Promise<Pace> {
  const jobs = PER_SECOND * seconds;
  const limit = ["--rps", String(PER_SECOND), "--window", window, "--keep", String(2 * jobs)];
  await using simulator = await SimulatorProcess.start([...FLAGS, ...limit]);
  const sentAt: number[] = [];
  const note = () => sentAt.push(performance.now());
  diagnostics.subscribe("undici:client:sendHeaders", note);
  {
    using _stalls = isStalled ? stallNowAndThen() : null;
    await using sluice = createSluice({ baseURL: simulator.baseUrl, rps: PER_SECOND });
    const prompts = Array.from({ length: jobs }, (_, number) => `How much is ${number} + 1?`);
    for await (const { status } of sluice.run(prompts, { model: "any", maxTokens: 10 })) {
      if (status !== "answered") throw new Error(`a request ended as ${status}`);
    }
  }
  diagnostics.unsubscribe("undici:client:sendHeaders", note);
  const requests = await simulator.requests();
  const elapsedMs = (sentAt.at(-1) ?? 0) - (sentAt[0] ?? 0);
  return {
    pace: ((jobs - 1) * SECOND_MS) / elapsedMs / PER_SECOND,
    fullestSecondOfSends: fullest(sentAt),
    fullestSecondOfArrivals: fullest(requests.map(({ time }) => time)),
    rejected: 1 - jobs / requests.length,
  };
}

function stallNowAndThen(): Disposable {
  const random = seeded(1, "stalls");
  let timer: NodeJS.Timeout;
  const stall = () => {
    const until = performance.now() + STALL.lastsMs;
    while (performance.now() < until);
    again();
  };
  const again = () => {
    timer = setTimeout(stall, random() * STALL.mostApartMs);
  };
  again();
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}

/** The most in any second; `times` in order. */
function fullest(times: readonly number[]): number {
  let from = 0;
  let most = 0;
  times.forEach((time, place) => {
    while ((times[from] ?? time) <= time - SECOND_MS) from += 1;
    most = Math.max(most, place - from + 1);
  });
  return most;
}
