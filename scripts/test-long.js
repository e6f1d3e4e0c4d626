// The tests that take minutes: `npm run test:long`. A variable set by the shell would not work on Windows.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const vitest = fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url));
const { status } = spawnSync(process.execPath, [vitest, "run", ...process.argv.slice(2)], {
  stdio: "inherit",
  env: { ...process.env, SLUICE_TESTS: "long" },
});
process.exitCode = status ?? 1;
