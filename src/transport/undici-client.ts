import { createRequire } from "node:module";
import type * as Undici from "undici";

/**
 * The two parts of undici that are used here. Its index loads fetch, WebSocket, caches and mocks with them: 40 ms and
 * 14 MB before the first request (docs/decisions/0050-parts-of-undici.md).
 */
const require = createRequire(import.meta.url);

export const Client = require("undici/lib/dispatcher/client.js") as typeof Undici.Client;
export type Client = Undici.Client;

export const errors = require("undici/lib/core/errors.js") as typeof Undici.errors;
