#!/usr/bin/env node
// Plain JavaScript that any Node can read: it must be able to say why it cannot go on.
import { existsSync } from "node:fs";
import module from "node:module";

const OLDEST_NODE = 24;

if (process.versions.bun || globalThis.Deno) {
  fail("Sluice runs on Node.js 24 or newer; this is another runtime.");
}
if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  fail(
    `Sluice needs Node.js ${OLDEST_NODE} or newer; this is ${process.versions.node}. ` +
      "In a clone, `npm ci` brings its own (then use `npx sluice`), unless install scripts are blocked: " +
      "allow them for the package `node`, or install Node.js 24.",
  );
}
module.enableCompileCache?.();
const built = new URL("../dist/cli/main.js", import.meta.url);
const source = new URL("../src/cli/main.ts", import.meta.url);
const { main } = await import((existsSync(built) ? built : source).href);
process.exitCode = await main(process.argv.slice(2));

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}
