import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { expect, it } from "vitest";
import { controlAddress } from "../../src/app/control-address.ts";

it("lies beside the ledger", () => {
  expect(controlAddress("/data/answers.jsonl.ledger", "linux")).toBe("/data/answers.jsonl.ledger.sock");
});

it("moves where a socket's path would be too long, each ledger to a name of its own", () => {
  const folder = `/${"ü".repeat(45)}`;
  const addresses = ["a", "b"].map((name) => controlAddress(`${folder}/${name}.jsonl.ledger`, "linux"));
  expect(addresses.map(dirname)).toEqual([tmpdir(), tmpdir()]);
  expect(new Set(addresses).size).toBe(2);
  for (const address of addresses) expect(Buffer.byteLength(address)).toBeLessThanOrEqual(103);
});

it("is a named pipe on Windows", () => {
  expect(controlAddress("C:\\data\\a.ledger", "win32")).toMatch(/^\\\\\.\\pipe\\sluice-[0-9a-f]{16}$/);
});
