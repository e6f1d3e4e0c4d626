import type { Feed } from "../engine/feed.ts";
import type { Job, Taken } from "../engine/job.ts";

/** Calls that wait for their turn, first come first served in each lane; whoever gives up leaves at once. */
export class FetchQueue implements Feed {
  readonly #names: string[] = [];
  readonly #lanes = new Map<string, Map<number, Job>>();
  #isClosed = false;
  #arrived: () => void = () => {};

  add(job: Job): void {
    const lane = this.#lanes.get(job.lane) ?? this.#openLane(job.lane);
    lane.set(job.index, job);
    this.#arrived();
  }

  /** False where the engine has it already. */
  remove({ lane, index }: Job): boolean {
    return this.#lanes.get(lane)?.delete(index) ?? false;
  }

  lanes(): readonly string[] {
    return this.#names;
  }

  async take(lane: string, count: number): Promise<Taken> {
    return { jobs: await this.pass(lane, count), unsendable: [] };
  }

  spare(): void {}

  async pass(lane: string, count: number): Promise<readonly Job[]> {
    const jobs: Job[] = [];
    for (const job of this.#lanes.get(lane)?.values() ?? []) {
      if (jobs.length >= count) break;
      jobs.push(job);
      this.remove(job);
    }
    return jobs;
  }

  isEmpty(lane: string): boolean {
    return (this.#lanes.get(lane)?.size ?? 0) === 0;
  }

  /** Each lane has a queue of its own, so none is in another's way. */
  park(): void {}

  isComplete(): boolean {
    return this.#isClosed;
  }

  onArrival(listener: () => void): void {
    this.#arrived = listener;
  }

  delivered(): void {}

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const lane of this.#lanes.values()) lane.clear();
  }

  #openLane(name: string): Map<number, Job> {
    const lane = new Map<number, Job>();
    this.#lanes.set(name, lane);
    this.#names.push(name);
    return lane;
  }
}
