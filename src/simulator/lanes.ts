import { formatDuration, MINUTE_MS, SECOND_MS } from "../model/duration.ts";
import { describeDistribution } from "./distribution.ts";
import { createLaneLimits, type LaneLimits } from "./lane-limits.ts";
import type { LaneLimit } from "./limit-counter.ts";
import { publishedLimits, RPM_PER_RPS } from "./published-xai.ts";
import type { Settings } from "./settings.ts";

/** Models remembered at once; with `anyModel` a client may name as many as it likes. */
const MAX_LANES = 10_000;

/** The limits of each model, made when the model is first asked for. */
export interface Lanes {
  of(model: string): LaneLimits;
  clear(): void;
}

export function createLanes(settings: Settings): Lanes {
  const lanes = new Map<string, LaneLimits>();
  return {
    of(model) {
      const known = lanes.get(model);
      if (known !== undefined) return known;
      const { tokenAccounting = "actual", rejectsCount = false } = settings.options;
      const lane = createLaneLimits(limitsFor(settings, model), tokenAccounting, rejectsCount);
      if (lanes.size >= MAX_LANES) lanes.clear();
      lanes.set(model, lane);
      return lane;
    },
    clear: () => lanes.clear(),
  };
}

/** The limits in force for a model: each dimension by itself what was set, else what xAI publishes, else none. */
export function limitsFor(settings: Settings, model: string): LaneLimit[] {
  const { options } = settings;
  if (options.unlimited === true) return [];
  const published = settings.dialect.name === "xai" ? publishedLimits(model, options.tier ?? 0) : null;
  const rps = options.rps ?? published?.rps ?? 0;
  const tpm = options.tpm ?? published?.tpm ?? 0;
  const rpm = options.rpm ?? 0;
  const kind = options.window ?? "sliding";
  const limit = (dimension: "requests" | "tokens", perWindow: number, windowMs: number): LaneLimit => ({
    dimension,
    perWindow,
    windowMs,
    kind,
    burstMs: Math.min(windowMs, options.burstMs ?? windowMs),
    enforced: true,
  });
  const limits: LaneLimit[] = [];
  if (rps > 0) limits.push(limit("requests", rps, SECOND_MS));
  if (rpm > 0) limits.push(limit("requests", rpm, MINUTE_MS));
  else if (rps > 0 && options.enforceMinute === true)
    limits.push(limit("requests", rps * RPM_PER_RPS, MINUTE_MS));
  else if (rps > 0 && settings.dialect.name === "xai")
    limits.push({ ...limit("requests", rps * RPM_PER_RPS, MINUTE_MS), kind: "fixed", enforced: false });
  if (tpm > 0) limits.push(limit("tokens", tpm, MINUTE_MS));
  return limits;
}

/** The simulator in one line: dialect, limits in force, latency, faults. */
export function describeSettings(settings: Settings, model: string): string {
  const { latency, faults, dialect } = settings;
  const parts = [`${dialect.title} dialect`, describeLimits(limitsFor(settings, model), settings, model)];
  if (latency.kind !== "constant" || latency.value > 0)
    parts.push(`latency ${describeDistribution(latency, formatDuration)}`);
  if (faults.length > 0) parts.push(`faults ${settings.options.faults?.join(" ")}`);
  return parts.join(" · ");
}

function describeLimits(limits: readonly LaneLimit[], settings: Settings, model: string): string {
  const enforced = limits.filter((limit) => limit.enforced);
  if (enforced.length === 0) return "no limits";
  const said = enforced.map(
    ({ dimension, perWindow, windowMs }) =>
      `${perWindow.toLocaleString("en")} ${dimension}/${windowMs === SECOND_MS ? "s" : "min"}`,
  );
  const each = settings.dialect.name === "xai" ? model : "each model";
  return `${each}: ${said.join(", ")}`;
}
