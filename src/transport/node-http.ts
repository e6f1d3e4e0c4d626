/**
 * The parts of `node:http` that are used here. `import … from "node:http"` reads every export of it, `WebSocket`
 * among them, for which Node loads its own fetch: 15 ms for nothing (docs/decisions/0050-parts-of-undici.md).
 */
export const { request, validateHeaderName, validateHeaderValue } = process.getBuiltinModule("node:http");
