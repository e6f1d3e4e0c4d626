import { describe, expect, it } from "vitest";
import { GroupCommit } from "../../src/ledger/group-commit.ts";
import { Packer, type Parcel } from "../../src/ledger/packing.ts";
import type { AppendedRow } from "../../src/model/ledger.ts";

/** A disk, a clock and somebody who waits. */
function bench() {
  const log: string[] = [];
  let disk: "fine" | "full" | "broken" = "fine";
  const timers: { at: number; wake: () => void }[] = [];
  let now = 0;
  const commits = new GroupCommit({
    commit: (parcels) => {
      if (disk === "full") throw Object.assign(new Error("database or disk is full"), { errcode: 13 });
      if (disk === "broken") throw Object.assign(new Error("disk I/O error"), { errcode: 266 });
      log.push(`${now}: commit of ${parcels.length}`);
      return parcels.map((): AppendedRow[] => []);
    },
    durable: (upTo, appended) => log.push(`${now}: durable up to ${upTo} (${appended.length})`),
    trouble: (message) => log.push(`${now}: trouble ${message}`),
    broken: (error) => log.push(`${now}: broken ${error instanceof Error ? error.message : ""}`),
    after: (delay, wake) => {
      const timer = { at: now + delay, wake };
      timers.push(timer);
      return () => timers.splice(timers.indexOf(timer), 1);
    },
  });
  const pass = (ms: number) => {
    const end = now + ms;
    for (;;) {
      const next = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      timers.splice(timers.indexOf(next), 1);
      now = next.at;
      next.wake();
    }
    now = end;
  };
  return {
    log,
    commits,
    pass,
    setDisk: (to: typeof disk) => {
      disk = to;
    },
  };
}

function parcel(bytes = 10): Parcel {
  const packer = new Packer();
  packer.bytes(new Uint8Array(bytes));
  return packer.pack().parcel;
}

describe("a group commit", () => {
  it("closes 4 ms after its first write and answers all of them at once", () => {
    const { commits, log, pass } = bench();
    commits.add({ sequence: 1, parcel: parcel() });
    pass(3);
    commits.add({ sequence: 2, parcel: parcel() });
    expect(log).toEqual([]);
    pass(1);
    expect(log).toEqual(["4: commit of 2", "4: durable up to 2 (2)"]);
    pass(100);
    expect(log).toHaveLength(2);
  });

  it("closes at once when a megabyte is gathered", () => {
    const { commits, log, pass } = bench();
    commits.add({ sequence: 1, parcel: parcel(600_000) });
    commits.add({ sequence: 2, parcel: parcel(600_000) });
    expect(log).toEqual(["0: commit of 2", "0: durable up to 2 (2)"]);
    pass(100);
    expect(log).toHaveLength(2);
  });

  it("closes early for a verb that must come after it", () => {
    const { commits, log } = bench();
    commits.add({ sequence: 1, parcel: parcel() });
    commits.whenClear(() => log.push("done"));
    expect(log).toEqual(["0: commit of 1", "0: durable up to 1 (1)", "done"]);
    commits.whenClear(() => log.push("at once"));
    expect(log.at(-1)).toBe("at once");
  });

  it("waits for room on a full disk, says so once, and loses nothing", () => {
    const { commits, log, pass, setDisk } = bench();
    setDisk("full");
    commits.add({ sequence: 1, parcel: parcel() });
    pass(4);
    expect(log).toEqual(["4: trouble the disk is full (database or disk is full); waiting for room"]);
    commits.add({ sequence: 2, parcel: parcel(2_000_000) });
    commits.whenClear(() => log.push("done"));
    pass(2500);
    expect(log).toHaveLength(1);
    setDisk("fine");
    pass(1000);
    expect(log.slice(1)).toEqual([
      "3004: commit of 2",
      "3004: trouble null",
      "3004: durable up to 2 (2)",
      "done",
    ]);
    commits.add({ sequence: 3, parcel: parcel() });
    pass(4);
    expect(log.at(-1)).toContain("durable up to 3");
  });

  it("gives a parcel's memory back once it is durable, and not before", () => {
    const { commits, pass, setDisk } = bench();
    const held = [parcel(), parcel(200_000)];
    const lengths = () =>
      held.map(({ numbers, bytes, large }) => [numbers, bytes, ...large].map((part) => part.length));
    setDisk("full");
    for (const [place, each] of held.entries()) commits.add({ sequence: place + 1, parcel: each });
    pass(4);
    expect(lengths()).toEqual([
      [1, 10],
      [1, 0, 200_000],
    ]);
    setDisk("fine");
    pass(1000);
    expect(lengths()).toEqual([
      [0, 0],
      [0, 0, 0],
    ]);
  });

  it("gives up on any other error, and still lets the ledger be closed", () => {
    const { commits, log, pass, setDisk } = bench();
    setDisk("broken");
    commits.add({ sequence: 1, parcel: parcel() });
    pass(4);
    expect(log).toEqual(["4: broken disk I/O error"]);
    commits.add({ sequence: 2, parcel: parcel() });
    commits.whenClear(() => log.push("closed"));
    pass(1000);
    expect(log).toEqual(["4: broken disk I/O error", "closed"]);
  });
});
