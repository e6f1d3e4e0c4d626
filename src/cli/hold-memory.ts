import v8 from "node:v8";

/** Both halves of the nursery. Smaller than this, rows are copied and promoted more often than they need be. */
const NURSERY_BYTES = 8 * 1024 * 1024;

/** How much the rest of a heap may grow, in percent, before its garbage is collected. */
const GROWTH_PERCENT = 100;

const LOOK_EVERY_MS = 50;

/**
 * A run warms up hundreds of functions in the same second. V8's middle compiler would hold all of them in memory at
 * once: JavaScript goes to the last compiler directly, and a little sooner for it. That one would take 25 MB for
 * undici's parser, a single large function of WebAssembly that is as fast without; the last three options say that
 * together, for none of them brings the others along once Node has started.
 */
const COMPILERS = [
  "--no-maglev",
  "--invocation-count-for-turbofan=1000",
  "--liftoff-only",
  "--no-wasm-tier-up",
  "--no-wasm-dynamic-tiering",
];

/**
 * Holds V8 to the memory a run needs. By itself each thread's nursery would grow to 100 MB, its heap to three times
 * what lives in it, and what its compilers once took would not be given back: held, a run takes 190 MB instead of 370
 * (docs/decisions/0012-memory-is-held.md).
 */
export function holdMemory(): void {
  for (const flag of COMPILERS) v8.setFlagsFromString(flag);
  v8.setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
  const timer = setInterval(() => {
    if (nurseryBytes() < NURSERY_BYTES) return;
    v8.setFlagsFromString("--semi-space-growth-factor=1");
    clearInterval(timer);
  }, LOOK_EVERY_MS);
  timer.unref();
}

function nurseryBytes(): number {
  return v8.getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space")?.space_size ?? 0;
}
