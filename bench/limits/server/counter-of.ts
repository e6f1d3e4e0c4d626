import type { ServerLimit } from "../scenario/scenario.ts";
import type { Counter } from "./counter.ts";
import { FixedWindow } from "./fixed-window.ts";
import { SlidingLog } from "./sliding-log.ts";
import { TokenBucket } from "./token-bucket.ts";

export function counterOf(limit: ServerLimit): Counter {
  switch (limit.kind) {
    case "bucket":
      return new TokenBucket(limit.perWindow / limit.windowMs, limit.perWindow, limit.burst);
    case "fixed":
      return new FixedWindow(limit.perWindow, limit.windowMs, limit.phaseMs);
    case "sliding":
      return new SlidingLog(limit.perWindow, limit.windowMs);
  }
}
