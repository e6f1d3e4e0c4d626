// Builds dist/ from src/ with the TypeScript compiler alone.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import "./need-node.js";

const root = new URL("..", import.meta.url);
const compiler = createRequire(import.meta.url).resolve("typescript/package.json");
rmSync(new URL("dist", root), { recursive: true, force: true });
const result = spawnSync(
  process.execPath,
  [new URL("./bin/tsc", `file://${compiler}`).pathname, "-p", "tsconfig.build.json"],
  { cwd: root, stdio: "inherit" },
);
process.exit(result.status ?? 1);
