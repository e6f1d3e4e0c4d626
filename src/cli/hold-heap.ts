import v8 from "node:v8";

/** Both halves of the nursery. Smaller than this, rows are copied and promoted more often than they need be. */
const NURSERY_BYTES = 8 * 1024 * 1024;

/** How much the rest of a heap may grow, in percent, before its garbage is collected. */
const GROWTH_PERCENT = 100;

const LOOK_EVERY_MS = 50;

/**
 * Holds V8 to the memory a run needs. By itself each thread's nursery would grow to 100 MB and its heap to three
 * times what lives in it, for nothing: held, a run takes 200 MB instead of 370 (docs/decisions/0012-the-heap-is-held.md).
 */
export function holdHeap(): void {
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
