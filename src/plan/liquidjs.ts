import { createRequire } from "node:module";
import type * as Liquidjs from "liquidjs";

const require = createRequire(import.meta.url);

/** Loaded by the first template: rows that are sent as they stand need none of its 8 MB. */
export function liquidjs(): typeof Liquidjs {
  return require("liquidjs") as typeof Liquidjs;
}
