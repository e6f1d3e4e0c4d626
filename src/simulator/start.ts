import { createAdmission } from "./admission.ts";
import { createDelivery } from "./delivery.ts";
import { describeSettings } from "./lanes.ts";
import { listen } from "./listener.ts";
import type { SimulatorOptions } from "./options.ts";
import { createResponder } from "./responder.ts";
import { createRoutes } from "./routes.ts";
import { settingsOf } from "./settings.ts";
import type { SimulatorStats, StatsQuery } from "./stats.ts";
import { StatsKeeper } from "./stats-keeper.ts";
import { createTimers } from "./timers.ts";

/** A provider that runs in this process. */
export interface Simulator {
  /** "http://127.0.0.1:4010", without a path. */
  origin: string;
  /** What clients take as their base address: the origin and "/v1". */
  baseUrl: string;
  port: number;
  /** The dialect, limits, latency and faults in one line. */
  description: string;
  /** Totals, and the requests one by one as far as they are kept. */
  stats(query?: StatsQuery): SimulatorStats;
  /** Forgets totals, requests, limits and occurrences, as if nothing had happened yet. */
  reset(): void;
  /** Drops every connection and everything under way; resolves when the port is free. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The model whose limits stand in the description. */
const DESCRIBED_MODEL = "grok-4.3";

const DEFAULT_MAX_CONCURRENT_STREAMS = 1000;

/**
 * Starts a simulated provider and resolves when it listens. Throws a `UsageError` for an option out of range, a
 * port that is taken or an address that is not this machine's.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const settings = settingsOf(options);
  const stats = new StatsKeeper(settings.keep);
  const timers = createTimers(settings.clock);
  const responder = createResponder(settings);
  const admission = createAdmission(settings, stats, responder);
  const deliver = createDelivery(settings, stats, responder, timers.later);
  const reset = () => {
    stats.reset();
    admission.reset();
  };
  const routes = createRoutes({
    serve(endpoint, exchange, body) {
      const admitted = admission.admit(endpoint, exchange, body);
      if (admitted !== null) deliver(admitted);
    },
    reset,
    responder,
    stats,
    anyModel: settings.anyModel,
  });
  const listener = await listen(
    {
      host: settings.host,
      port: settings.port,
      tls: options.tls ?? false,
      protocol: options.protocol ?? "any",
      maxConcurrentStreams: options.maxConcurrentStreams ?? DEFAULT_MAX_CONCURRENT_STREAMS,
      tapFrames: settings.faults.some((rule) => rule.fault.frames),
      onConnection: () => stats.connected(),
    },
    routes,
  );
  const close = async () => {
    timers.clear();
    await listener.close();
  };
  const origin = originOf(settings.host, listener.port, options.tls ?? false);
  return {
    origin,
    baseUrl: `${origin}/v1`,
    port: listener.port,
    description: describeSettings(settings, DESCRIBED_MODEL),
    stats: (query) => stats.read(query),
    reset,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** An address that listens everywhere is reached at the loopback one; IPv6 stands in brackets. */
function originOf(host: string, port: number, tls: boolean): string {
  const reachable = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `${tls ? "https" : "http"}://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}
