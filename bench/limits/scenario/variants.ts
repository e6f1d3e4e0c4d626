import type { KnownLimit, Mode, Scenario, ServerLimit } from "./scenario.ts";
import { MINUTE, PLAIN, SECOND } from "./scenario-parts.ts";
import { SCENARIOS } from "./scenarios.ts";

const HOUR = 3_600_000;

/** Servers that the limiter was not tuned on. */
export const VARIANTS: readonly Scenario[] = [
  ...["S01", "S03", "S04", "S06", "S08", "S12"].flatMap((name) => [scaled(name, 0.1), scaled(name, 10)]),
  ...["S01", "S06", "S08", "S12", "S14"].flatMap((name) => [
    jittery(name, 40),
    jittery(name, 120),
    jittery(name, 320),
  ]),
  window("1s", { perWindow: 10, windowMs: SECOND, kind: "sliding" }, 9000),
  window("10s", { perWindow: 100, windowMs: 10 * SECOND, kind: "fixed", phaseMs: 3700 }, 9000),
  window("1h-bucket", { perWindow: 7200, windowMs: HOUR, kind: "bucket", burst: 120 }, 9000),
  window("1h-sliding", { perWindow: 3600, windowMs: HOUR, kind: "sliding" }, 36_000),
  window("3-a-minute", { perWindow: 3, windowMs: MINUTE, kind: "sliding" }, 120),
  {
    ...base("S01"),
    id: "V-changes-each-minute",
    about: "another limit every minute, from a tenth of the first to all of it",
    changes: [0.5, 0.8, 0.3, 1, 0.6, 0.1, 0.9, 0.4, 1, 0.2, 0.7, 0.5, 1, 0.3, 0.8, 0.6, 0.9, 1].map(
      (scale, number) => ({ atMs: (number + 1) * MINUTE, scale }),
    ),
  },
  shared("S01", "runs", 2),
  shared("S04", "runs", 2),
  shared("S06", "runs", 2),
  shared("S01", "lanes", 3),
  shared("S04", "lanes", 3),
  { ...headed("S01", { factor: 2 }), id: "V-headers-twice", about: "headers tell twice the limit" },
  { ...headed("S01", { factor: 0.5 }), id: "V-headers-half", about: "headers tell half of the limit" },
  { ...headed("S01", { untilMs: 450 * SECOND }), id: "V-headers-stop", about: "no headers after 450 s" },
  {
    ...headed("S04", { tellsWindow: false }),
    id: "V-headers-without-window",
    about: "headers do not say which window they mean",
  },
];

/** Every limit, and what the user says of it, times `factor`. */
function scaled(name: string, factor: number): Scenario {
  const scenario = base(name);
  const jobs = scenario.jobs * (factor > 1 ? factor / 2 : factor);
  const plain = {
    ...scenario,
    id: `${scenario.id}-x${factor}`,
    about: `${name} with limits × ${factor}`,
    jobs,
    limits: scenario.limits.map((limit) => scaledLimit(limit, factor)),
    known: scenario.known.map((limit) => ({ ...limit, perWindow: limit.perWindow * factor })),
  };
  // A tenth of eight a second is no whole number.
  if (name !== "S06" || factor > 1) return plain;
  const fourInFive: KnownLimit = { dimension: "requests", perWindow: 4, windowMs: 5 * SECOND };
  return {
    ...plain,
    limits: [{ ...fourInFive, kind: "fixed", phaseMs: 370 }],
    known: [{ dimension: "requests", perWindow: 0.8, windowMs: SECOND }],
  };
}

function scaledLimit(limit: ServerLimit, factor: number): ServerLimit {
  const perWindow = limit.perWindow * factor;
  return limit.kind === "bucket"
    ? { ...limit, perWindow, burst: limit.burst * factor }
    : { ...limit, perWindow };
}

function jittery(name: string, mostMs: number): Scenario {
  const scenario = base(name);
  return {
    ...scenario,
    id: `${scenario.id}-jitter-${mostMs}`,
    about: `${name}, each way through the network takes 20 to ${mostMs} ms`,
    network: { leastMs: 20, mostMs },
  };
}

type RequestWindow =
  | { perWindow: number; windowMs: number; kind: "sliding" }
  | { perWindow: number; windowMs: number; kind: "fixed"; phaseMs: number }
  | { perWindow: number; windowMs: number; kind: "bucket"; burst: number };

/** The server of S01 with another window for its requests. */
function window(name: string, limit: RequestWindow, jobs: number): Scenario {
  const { perWindow, windowMs } = limit;
  return {
    ...base("S01"),
    id: `V-window-${name}`,
    about: `${perWindow.toLocaleString("en-US")} requests in ${windowMs / SECOND} s (${limit.kind})`,
    jobs,
    limits: [{ ...limit, dimension: "requests" }],
    known: [{ dimension: "requests", perWindow, windowMs }],
  };
}

/** Nobody knows of the others: each is told the whole limit. */
function shared(name: string, are: Scenario["clients"]["are"], count: number): Scenario {
  const scenario = base(name);
  const about = are === "runs" ? `${count} runs on one key` : `${count} models that share one limit`;
  return {
    ...scenario,
    id: `${scenario.id}-${count}-${are}`,
    about: `${name}: ${about}`,
    clients: { count, are },
  };
}

function headed(name: string, headers: Partial<NonNullable<Scenario["headers"]>>): Scenario {
  const scenario = base(name);
  const modes: readonly Mode[] = ["configHeaders", "headers"];
  return { ...scenario, headers: { ...PLAIN.headers, ...headers }, modes };
}

function base(name: string): Scenario {
  const scenario = SCENARIOS.find(({ id }) => id.startsWith(name));
  if (scenario === undefined) throw new Error(`there is no scenario ${name}`);
  return scenario;
}
