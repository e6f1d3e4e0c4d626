// For child processes: the package's own name means the source under test, so that no test depends on a build.
import { registerHooks } from "node:module";

const SOURCES: Readonly<Record<string, string>> = {
  sluice: new URL("../../src/index.ts", import.meta.url).href,
  "sluice/simulator": new URL("../../src/simulator/index.ts", import.meta.url).href,
};

registerHooks({
  resolve: (specifier, context, nextResolve) => nextResolve(SOURCES[specifier] ?? specifier, context),
});
