import type { Job } from "../scenario/workload.ts";
import type { Policy } from "./policy.ts";

/** Somebody with a policy and jobs: those that go again come before new ones. */
export class Client {
  readonly policy: Policy;
  /** When the policy is to be asked again; one timer for everything that waits. */
  wakeAt = Number.POSITIVE_INFINITY;
  readonly #fresh: Job[] = [];
  readonly #again: Job[] = [];
  #nextFresh = 0;
  #nextAgain = 0;

  constructor(policy: Policy) {
    this.policy = policy;
  }

  add(job: Job): void {
    this.#fresh.push(job);
  }

  addAgain(job: Job): void {
    this.#again.push(job);
  }

  peek(): Job | undefined {
    return this.#again[this.#nextAgain] ?? this.#fresh[this.#nextFresh];
  }

  shift(): void {
    if (this.#nextAgain >= this.#again.length) {
      this.#nextFresh += 1;
      return;
    }
    this.#nextAgain += 1;
    if (this.#nextAgain < this.#again.length) return;
    this.#again.length = 0;
    this.#nextAgain = 0;
  }
}
