// Builds dist/ from src/ with the TypeScript compiler alone.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import "./need-node.js";

const root = new URL("..", import.meta.url);
const compiler = join(createRequire(import.meta.url).resolve("typescript/package.json"), "../bin/tsc");
rmSync(new URL("dist", root), { recursive: true, force: true });
const result = spawnSync(process.execPath, [compiler, "-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
process.exit(result.status ?? 1);
