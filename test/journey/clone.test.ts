import { cpSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { Workplace } from "./workplace.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PARTS = ["bin", "scripts", "src", "package.json", "tsconfig.json", "tsconfig.build.json"];

it("is built and rehearses in a folder whose name a URL would write otherwise", async () => {
  await using place = await Workplace.open();
  const clone = place.path("my clone, 100% #1");
  for (const part of PARTS) cpSync(`${ROOT}/${part}`, `${clone}/${part}`, { recursive: true });
  symlinkSync(`${ROOT}/node_modules`, `${clone}/node_modules`);
  const built = await place.sluice([], { program: `${clone}/scripts/build.js` });
  expect(built).toMatchObject({ code: 0, stdout: "" });

  place.questions("q1");
  const args = ["run", "in.jsonl", "-o", "out.jsonl", "--provider", "simulator", "-m", "grok-4.3"];
  const run = await place.sluice([...args, "--prompt", "{{ question }}"], {
    program: `${clone}/bin/sluice.js`,
  });
  expect(run).toMatchObject({ code: 0, stderr: expect.stringContaining("1 answered") });
});
