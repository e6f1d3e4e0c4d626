import v8 from "node:v8";

/**
 * Keeps V8's nursery at the size it has now. Each thread's would grow to 100 MB although little in it lives: held, a
 * run takes a third less memory, at no measurable cost in time once its code is loaded and warm.
 */
export function holdNursery(): void {
  v8.setFlagsFromString("--semi-space-growth-factor=1");
}
