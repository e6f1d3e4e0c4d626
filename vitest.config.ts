import { configDefaults, defineConfig } from "vitest/config";

/** Whole runs by the dozen, real SDKs, real disks: `npm run test:long`. */
const LONG = "test/**/*.long.test.ts";
const isLong = process.env.SLUICE_TESTS === "long";

export default defineConfig({
  test: {
    include: [isLong ? LONG : "test/**/*.test.ts"],
    exclude: isLong ? configDefaults.exclude : [...configDefaults.exclude, LONG],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    maxWorkers: 3,
  },
});
