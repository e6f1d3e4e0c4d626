import { configDefaults, defineConfig, type TestProjectConfiguration } from "vitest/config";

/** Whole runs by the dozen, real SDKs, real disks: `npm run test:long`. */
const LONG = "test/**/*.long.test.ts";
const NOT_NOW = [...configDefaults.exclude, LONG];
const isLong = process.env.SLUICE_TESTS === "long";

/** Rooms whose tests leave nothing behind in the process: a new one for each of their files would take 15 s in all. */
const SHARING =
  "test/{app,bench,bench-limits,cli,engine,limiter,model,observe,plan,provider,simulator,sink,source}/**/*.test.ts";

const projects: TestProjectConfiguration[] = [
  { extends: true, test: { name: "rooms", include: [SHARING], exclude: NOT_NOW, isolate: false } },
  {
    extends: true,
    test: {
      name: "processes",
      include: ["test/**/*.test.ts"],
      exclude: [...NOT_NOW, SHARING],
    },
  },
];

export default defineConfig({
  test: {
    ...(isLong ? { include: [LONG] } : { projects }),
    testTimeout: 30_000,
    hookTimeout: 30_000,
    maxWorkers: 3,
  },
});
