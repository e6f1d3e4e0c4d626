import { describe, expect, it } from "vitest";
import { jobOf } from "../../src/engine/job.ts";
import { FetchQueue } from "../../src/sluice/fetch-queue.ts";

function job(index: number, lane = "a") {
  const request = { path: "/", model: lane, body: new Uint8Array(0), maxTokens: null, samples: 1 };
  return jobOf({ index, line: index + 1, customId: null, offset: 0, length: 0, lane }, request);
}

async function indexes(queue: FetchQueue, lane: string, count: number): Promise<number[]> {
  return (await queue.take(lane, count)).jobs.map(({ index }) => index);
}

describe("the queue of calls", () => {
  it("gives each lane's calls out in the order in which they came", async () => {
    const queue = new FetchQueue();
    for (let index = 0; index < 6; index += 1) queue.add(job(index, index % 2 === 0 ? "even" : "odd"));
    expect(queue.lanes()).toEqual(["even", "odd"]);
    expect(await indexes(queue, "even", 2)).toEqual([0, 2]);
    expect(await indexes(queue, "even", 2)).toEqual([4]);
    expect(queue.isEmpty("even")).toBe(true);
    expect(await indexes(queue, "odd", 9)).toEqual([1, 3, 5]);
    expect(await indexes(queue, "none", 9)).toEqual([]);
  });

  it("forgets whoever leaves, and tells whether it still held them", async () => {
    const queue = new FetchQueue();
    const jobs = [job(0), job(1), job(2)];
    for (const one of jobs) queue.add(one);
    expect(jobs.map((one) => one.index !== 2 && queue.remove(one))).toEqual([true, true, false]);
    expect(await indexes(queue, "a", 9)).toEqual([2]);
    expect(jobs.map((one) => queue.remove(one))).toEqual([false, false, false]);
  });

  it("tells when a call came, and that none will once it is closed", async () => {
    const queue = new FetchQueue();
    let arrivals = 0;
    queue.onArrival(() => {
      arrivals += 1;
    });
    queue.add(job(0));
    expect([arrivals, queue.isComplete()]).toEqual([1, false]);
    await queue.close();
    expect([queue.isEmpty("a"), queue.isComplete()]).toEqual([true, true]);
  });
});
