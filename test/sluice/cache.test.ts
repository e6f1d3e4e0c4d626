import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createSluice, processRequests } from "../../src/index.ts";
import { provide } from "./fake-provider.ts";
import { collect, statuses, temporaryFolder } from "./simulators.ts";

it("gives a program the answers of its runs before", async () => {
  const cache = mkdtempSync(join(tmpdir(), "sluice-cache-"));
  try {
    let asked = 0;
    const { baseURL } = await provide(() => {
      asked += 1;
      return `answer ${asked}`;
    });
    await using sluice = createSluice({ baseURL, maxConcurrent: 1 });
    await collect(sluice.run(["a", "b"], { model: "m", cache }));
    const again = await processRequests(["b", "a"], { baseURL, model: "m", cache });
    expect(asked).toBe(2);
    expect(again.map(({ text, cost, attempts }) => [text, cost, attempts])).toEqual([
      ["answer 2", 0, 0],
      ["answer 1", 0, 0],
    ]);
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
});

it("refuses a file in the place of the folder before anything is sent, and lets go of the ledger", async () => {
  const folder = temporaryFolder();
  const cache = join(folder, "cache");
  writeFileSync(cache, "mine");
  const { baseURL } = await provide(() => "an answer");
  const options = { baseURL, model: "m", ledger: join(folder, "ledger") };
  const asked = processRequests(["a"], { ...options, cache });
  await expect(asked).rejects.toThrow(`The cache ${cache} is a file; name a folder`);
  expect(statuses(await processRequests(["a"], options))).toEqual(["answered"]);
});
