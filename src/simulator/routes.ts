import type { Endpoint } from "./ask.ts";
import type { Exchange, Receive } from "./exchange.ts";
import type { FailureKind } from "./failure.ts";
import { modelBody, modelList } from "./models.ts";
import { JSON_TYPE, type Responder } from "./responder.ts";
import type { StatsQuery } from "./stats.ts";
import type { StatsKeeper } from "./stats-keeper.ts";

/** Where requests to a model go; each also without the leading /v1. */
const ENDPOINTS: ReadonlyMap<string, Endpoint> = new Map([
  ["/chat/completions", "chat"],
  ["/responses", "responses"],
  ["/embeddings", "embeddings"],
]);

const STATS_PATH = "/simulator/stats";
const RESET_PATH = "/simulator/reset";
const MODELS_PATH = "/models";

/** Requests on one page of the stats. */
const STATS_PAGE = 100;
const LARGEST_STATS_PAGE = 10_000;

export interface RouteParts {
  serve(endpoint: Endpoint, exchange: Exchange, body: Buffer | null): void;
  reset(): void;
  responder: Responder;
  stats: StatsKeeper;
  anyModel: boolean;
}

/** Sends each request where its path says. */
export function createRoutes({ serve, reset, responder, stats, anyModel }: RouteParts): Receive {
  const ok = (exchange: Exchange, body: string) =>
    exchange.send(200, responder.headers("sim-other", JSON_TYPE), body);
  const fail = (exchange: Exchange, kind: FailureKind, model = "") =>
    responder.fail(exchange, "sim-other", { kind, model });

  function other(exchange: Exchange, path: string, query: string): void {
    const { method } = exchange;
    if (path === STATS_PATH && method === "GET") {
      ok(exchange, JSON.stringify(stats.read(queryOf(query))));
    } else if (path === RESET_PATH && method === "POST") {
      reset();
      ok(exchange, "{}");
    } else {
      stats.other();
      if (path === MODELS_PATH && method === "GET") ok(exchange, modelList());
      else if (path.startsWith(`${MODELS_PATH}/`) && method === "GET") oneModel(exchange, path);
      else fail(exchange, isKnown(path) ? "wrong-method" : "unknown-route");
    }
  }

  function oneModel(exchange: Exchange, path: string): void {
    const id = decoded(path.slice(MODELS_PATH.length + 1));
    const body = modelBody(id, anyModel);
    if (body === null) fail(exchange, "unknown-model", id);
    else ok(exchange, body);
  }

  return (exchange, body) => {
    const [full = "", query = ""] = exchange.path.split("?", 2);
    const path = full.startsWith("/v1/") ? full.slice(3) : full;
    const endpoint = ENDPOINTS.get(path);
    if (endpoint !== undefined && exchange.method === "POST") serve(endpoint, exchange, body);
    else other(exchange, path, query);
  };
}

function isKnown(path: string): boolean {
  return (
    ENDPOINTS.has(path) ||
    path === STATS_PATH ||
    path === RESET_PATH ||
    path === MODELS_PATH ||
    path.startsWith(`${MODELS_PATH}/`)
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `?after=NUMBER&limit=COUNT`; what is no number falls back to the first page. */
function queryOf(query: string): StatsQuery {
  const parameters = new URLSearchParams(query);
  const after = Number(parameters.get("after") ?? 0);
  const limit = Number(parameters.get("limit") ?? STATS_PAGE);
  return {
    after: Number.isSafeInteger(after) && after >= 0 ? after : 0,
    limit: Number.isSafeInteger(limit) && limit >= 0 ? Math.min(limit, LARGEST_STATS_PAGE) : STATS_PAGE,
  };
}
