import type { Permit } from "../model/limiter.ts";
import type { Pacer } from "./pacer.ts";
import type { Slots } from "./slots.ts";

/** A permit that remembers what it was charged to. */
export class LanePermit implements Permit {
  readonly sequence: number;
  readonly sentAt: number;
  readonly estimatedTokens: number;
  readonly bodyBytes: number;
  /** Tokens that the lane had charged when this was sent, this included. */
  readonly tokensSent: number;
  /** Those that were charged: they are settled even if the lane has got other limits since. */
  readonly pacers: readonly Pacer[];
  readonly slots: Slots | null;
  writtenAt: number | null = null;

  constructor(
    facts: {
      sequence: number;
      sentAt: number;
      estimatedTokens: number;
      bodyBytes: number;
      tokensSent: number;
    },
    pacers: readonly Pacer[],
    slots: Slots | null,
  ) {
    this.sequence = facts.sequence;
    this.sentAt = facts.sentAt;
    this.estimatedTokens = facts.estimatedTokens;
    this.bodyBytes = facts.bodyBytes;
    this.tokensSent = facts.tokensSent;
    this.pacers = pacers;
    this.slots = slots;
  }
}
