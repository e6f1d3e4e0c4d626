import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  createLaneRegistry,
  createSluice,
  createTransport,
  openLedger,
  type SettledRow,
  systemClock,
  UsageError,
} from "../../src/index.ts";
import { provide } from "./fake-provider.ts";
import { collect, prompts, rejection, simulate, statuses, temporaryFolder, until } from "./simulators.ts";

const MODEL = "grok-4.3";

describe("an instance", () => {
  it("stops its runs when it is closed, also from inside the loop, and takes no more", async () => {
    const provider = await provide((_, number) => (number === 1 ? "yes" : null));
    const sluice = createSluice({ baseURL: provider.baseURL, maxConcurrent: 2 });
    const asking = (async () => {
      for await (const _ of sluice.run(prompts(5), { model: MODEL })) await sluice.close();
    })();
    expect(await rejection(asking)).toMatchObject({ reason: "signal", message: "the instance was closed" });
    await until(() => provider.open() === 0);
    expect(() => sluice.run(["a"])).toThrow("this instance was closed");
    await sluice.close();
  });

  it("closes while it is still being opened, and sends nothing of what was asked before", async () => {
    const provider = await provide(() => "yes");
    const sluice = createSluice({ baseURL: provider.baseURL });
    const unbegun = sluice.run(["a"], { model: MODEL });
    const asking = rejection(sluice.send("b", { model: MODEL }));
    await sluice.close();
    expect(await asking).toMatchObject({ reason: "signal", outcomes: [{ status: "unsent" }] });
    expect(await rejection(collect(unbegun))).toMatchObject({ reason: "signal" });
    expect(provider.bodies).toEqual([]);
  });

  it("shares its limits among runs and sends", async () => {
    const simulator = await simulate({ latency: "5ms" });
    await using sluice = createSluice({ baseURL: simulator.baseUrl, maxConcurrent: 3 });
    await Promise.all([
      collect(sluice.run(prompts(20), { model: MODEL })),
      collect(sluice.run(prompts(20), { model: MODEL })),
      ...prompts(10).map((prompt) => sluice.send(prompt, { model: MODEL })),
    ]);
    expect(simulator.stats()).toMatchObject({ answered: 50, maxInFlight: 3 });
  });
});

describe("a ledger", () => {
  it("keeps answers between runs: rows added, moved or left out send only what is new", async () => {
    const simulator = await simulate();
    const ledger = join(temporaryFolder(), "answers.ledger");
    const ask = async (rows: string[]) => {
      await using sluice = createSluice({ baseURL: simulator.baseUrl, ledger });
      const outcomes = await collect(sluice.run(rows, { model: MODEL }));
      expect(outcomes.map(({ request }) => request)).toEqual(rows);
      outcomes.forEach((outcome, i) => {
        expect(outcome.text).toContain(`Echo: ${rows[i]} #`);
      });
      return simulator.stats().received;
    };
    expect(await ask(["one", "two", "three"])).toBe(3);
    expect(await ask(["zero", "three", "one", "two"])).toBe(4);
    expect(await ask(["two"])).toBe(4);
    expect(await ask(["two", "two"])).toBe(5);
  });

  it("sends again what failed, and what was rejected only when asked to", async () => {
    const simulator = await simulate({ faults: ["500#1", "400#2"] });
    const ledger = join(temporaryFolder(), "answers.ledger");
    const ask = async (retryFailed: boolean) => {
      const options = { baseURL: simulator.baseUrl, ledger, maxRetries: 0, maxConcurrent: 1 };
      await using sluice = createSluice(options);
      return statuses(await collect(sluice.run(prompts(3), { model: MODEL, retryFailed })));
    };
    expect(await ask(false)).toEqual(["failed", "rejected", "answered"]);
    expect(await ask(false)).toEqual(["answered", "rejected", "answered"]);
    expect(await ask(true)).toEqual(["answered", "answered", "answered"]);
    expect(simulator.stats().received).toBe(5);
  });

  it("of a rehearsal never answers for a real provider", async () => {
    const simulator = await simulate();
    const real = await provide(() => "yes");
    const ledger = join(temporaryFolder(), "answers.ledger");
    await using rehearsal = createSluice({ baseURL: simulator.baseUrl, ledger });
    await collect(rehearsal.run(["a"], { model: MODEL }));
    await using sluice = createSluice({ baseURL: real.baseURL, ledger });
    const error = await rejection(collect(sluice.run(["a"], { model: MODEL })));
    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toContain("holds rehearsal answers; use another ledger");
  });

  it("that another run holds is named in one sentence", async () => {
    const { baseURL } = await provide(() => "yes");
    const path = join(temporaryFolder(), "answers.ledger");
    const ledger = await openLedger({ path, mode: "create-or-open" });
    await using sluice = createSluice({ baseURL, ledger: path });
    const error = await rejection(collect(sluice.run(["a"], { model: MODEL })));
    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toContain(path);
    await ledger.close();
  });
});

describe("parts that are handed in", () => {
  it("are used and stay open: ledger, lanes, transport, clock", async () => {
    const simulator = await simulate({ latency: "5ms" });
    const folder = temporaryFolder();
    const ledger = await openLedger({ path: join(folder, "own.ledger"), mode: "create-or-open" });
    const lanes = createLaneRegistry();
    const transport = createTransport({ origin: simulator.origin });
    let asked = 0;
    const now = () => {
      asked += 1;
      return systemClock.now();
    };
    const clock = { ...systemClock, now };
    for (const expected of [5, 5]) {
      await using sluice = createSluice({ baseURL: simulator.baseUrl, maxConcurrent: 2 });
      const outcomes = await collect(
        sluice.run(prompts(5), { model: MODEL, ledger, lanes, transport, clock }),
      );
      expect(statuses(outcomes)).toEqual(Array(5).fill("answered"));
      expect(simulator.stats().received).toBe(expected);
    }
    expect(asked).toBeGreaterThan(0);
    expect(lanes.snapshots(systemClock.now()).map(({ lane }) => lane)).toEqual([MODEL]);
    expect((await ledger.info()).totals.answered).toBe(5);
    expect(simulator.stats().connections).toBeLessThanOrEqual(2);
    await transport.close();
    await ledger.close();
  });

  it.each<[() => unknown, string]>([
    [() => openLedger({ path: "" }), 'openLedger: path takes the path of a file, not "".'],
    [() => openLedger({} as { path: string }), "openLedger: path is missing; it takes the path of a file."],
    [
      () => createTransport({ origin: "localhost:1" }),
      'createTransport: origin takes an address such as https://api.x.ai, not "localhost:1".',
    ],
    [
      () => createTransport({ origin: "http://h", maxConections: 1 } as { origin: string }),
      "createTransport: there is no option maxConections; did you mean maxConnections?",
    ],
  ])("are made of known options alone: %s", async (make, sentence) => {
    const error = await rejection((async () => make())());
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toBe(sentence);
  });

  it("are refused where another run uses the ledger, and taken when it has ended", async () => {
    const provider = await provide(() => "yes");
    await using sluice = createSluice({ baseURL: provider.baseURL });
    const ledger = await openLedger({ path: join(temporaryFolder(), "own.ledger") });
    const ask = (row: string) => collect(sluice.run([row], { model: MODEL, ledger }));
    const [first, second] = await Promise.allSettled([ask("a"), ask("b")]);
    expect(first).toMatchObject({ status: "fulfilled", value: [{ text: "yes" }] });
    expect(second).toMatchObject({ reason: { name: "UsageError", message: /another run uses this ledger/ } });
    expect(await ask("b")).toMatchObject([{ text: "yes" }]);
    expect(provider.bodies).toHaveLength(2);
    await ledger.close();
  });

  it("share limits between instances through the lanes", async () => {
    const simulator = await simulate({ latency: "5ms" });
    const lanes = createLaneRegistry();
    const options = { baseURL: simulator.baseUrl, maxConcurrent: 2 };
    await using one = createSluice(options);
    await using other = createSluice(options);
    await Promise.all(
      [one, other].map((sluice) => collect(sluice.run(prompts(20), { model: MODEL, lanes }))),
    );
    expect(simulator.stats()).toMatchObject({ answered: 40, maxInFlight: 2 });
  });

  it("take the outcomes: a sink gets the provider's bytes in order, and is told the end once", async () => {
    const simulator = await simulate({ latency: "1ms-10ms" });
    await using sluice = createSluice({ baseURL: simulator.baseUrl });
    const rows: SettledRow[] = [];
    const ends: boolean[] = [];
    const sink = {
      write: async (batch: readonly SettledRow[]) => void rows.push(...batch),
      end: async (complete: boolean) => void ends.push(complete),
    };
    const snapshot = await sluice.run(prompts(30), { model: MODEL, sink }).done();
    expect(rows.map(({ index, status }) => [index, status])).toEqual(
      prompts(30).map((_, i) => [i, "answered"]),
    );
    expect(JSON.parse(Buffer.from(rows[7]?.body ?? []).toString())).toMatchObject({ model: MODEL });
    expect(ends).toEqual([true]);
    expect(snapshot).toMatchObject({ phase: "finished", run: { answered: 30 } });
  });
});
