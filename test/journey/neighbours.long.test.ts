import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { expect, it, type TestContext } from "vitest";
import { answer, type Respond } from "./fake-provider.ts";
import { HeldRequests } from "./held-requests.ts";
import { Workplace } from "./workplace.ts";

const LONG: Respond = (_, response) => answer(response, "word ".repeat(400));

/** A file system of its own, or a loud skip. */
function mountDisk(place: Workplace, options: string, skip: TestContext["skip"]) {
  const path = place.path("disk");
  mkdirSync(path);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", path], { stdio: "pipe" });
  } catch (error) {
    console.warn(`NOT TESTED: no small file system could be mounted (${error})`);
    skip();
  }
  return { path, [Symbol.dispose]: () => void execFileSync("umount", ["-l", path]) };
}

/** Takes all room but so many bytes. */
function fill(disk: string, leave: number): void {
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(`${disk}/ballast`, Buffer.alloc(Math.max(0, bavail * bsize - leave)));
}

it.for<[string, string, string[], number, RegExp]>([
  [
    "OUTPUT",
    "disk/out.jsonl",
    ["-o", "disk/out.jsonl", "--ledger", "kept.ledger"],
    20_000,
    /disk\/out\.jsonl cannot be written: no space left/,
  ],
  [
    "the ledger",
    "out.jsonl",
    ["-o", "out.jsonl", "--ledger", "disk/kept.ledger"],
    600_000,
    /the disk is full/,
  ],
])(
  "waits for room on the disk of %s, says so, and goes on when there is some",
  async ([, output, files, leave, says], { skip }) => {
    await using place = await Workplace.open(LONG);
    using disk = mountDisk(place, "size=4m", skip);
    place.questions(...Array.from({ length: 300 }, (_, row) => `q${row}`));
    fill(disk.path, leave);
    const { ended, says: said } = place.start([
      ...[
        "run",
        "in.jsonl",
        ...files,
        "--base-url",
        place.provider.baseUrl,
        "-m",
        "m",
        "--prompt",
        "{{ question }}",
      ],
    ]);
    await said(says);
    rmSync(`${disk.path}/ballast`);

    expect((await ended).code).toBe(0);
    expect(place.lines(output).length).toBe(300);
    expect(place.provider.received.length).toBe(300);
  },
);

it("sends fewer at once where the system gives no more file descriptors, and says so", async () => {
  await using place = await Workplace.open(
    (_, response) => void setTimeout(() => answer(response, "late"), 100),
  );
  place.questions(...Array.from({ length: 200 }, (_, row) => `q${row}`));
  const { code, stderr } = await place.sluice(["run", "in.jsonl", ...place.usual, "-j", "150"], {
    mostFiles: 64,
  });

  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/file descriptors/) });
  expect(place.lines().length).toBe(200);
});

it("refuses a read-only place for OUTPUT in one sentence", async ({ skip }) => {
  await using place = await Workplace.open();
  using _disk = mountDisk(place, "ro,size=1m", skip);
  place.questions("q1");
  const { code, stderr } = await place.run("-o", "disk/out.jsonl");

  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/disk/) });
  expect(stderr).not.toMatch(/^ {4}at /m);
  expect(place.provider.received).toEqual([]);
});

it("says that its files have vanished, instead of ending as if they were there", async () => {
  await using place = await Workplace.open();
  mkdirSync(place.path("gone"));
  place.questions("q1", "q2", "q3");
  const held = new HeldRequests();
  place.provider.respond = held.hold;
  const { ended } = place.start([
    ...["run", "in.jsonl", "-o", "gone/out.jsonl", "--base-url", place.provider.baseUrl],
    ...["-m", "m", "--prompt", "{{ question }}"],
  ]);
  await place.provider.arrivals(3);
  rmSync(place.path("gone"), { recursive: true });
  held.release();
  const { code, stderr } = await ended;

  expect(code).toBe(2);
  expect(stderr).toMatch(/gone\/out\.jsonl.* moved or removed while .*the same command/);
  expect(stderr).not.toContain("Sluice broke");
});

it("finishes though nobody reads what it says", async () => {
  await using place = await Workplace.open();
  place.questions("q1", "q2", "q3");
  const { child, ended } = place.startRun("--json");
  child.stdout.destroy();
  child.stderr.destroy();

  expect((await ended).code).toBe(0);
  expect(place.says()).toEqual(["echo q1", "echo q2", "echo q3"]);
});
