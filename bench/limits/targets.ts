import type { Mode } from "./scenario/scenario.ts";

interface Target {
  leastUtilisation: number;
  /** Not to be reached. */
  rejected: number;
}

const KNOWN: Target = { leastUtilisation: 0.97, rejected: 0.005 };
const TARGETS: Record<Mode, Target> = {
  config: KNOWN,
  configHeaders: KNOWN,
  headers: KNOWN,
  unknown: { leastUtilisation: 0.9, rejected: 0.02 },
};

/** Shares from 0 to 1. */
export interface Judged {
  mode: Mode;
  utilisation: number;
  rejected: number;
  failed: number;
}

/** Half of the last digit that is printed: what reads as the target has reached it. */
const HALF_A_DIGIT = 0.0005;

export function misses({ failed, mode, rejected, utilisation }: Judged): {
  utilisation: boolean;
  rejected: boolean;
} {
  const target = TARGETS[mode];
  return {
    utilisation: utilisation < target.leastUtilisation - HALF_A_DIGIT || failed > 0,
    rejected: rejected >= target.rejected,
  };
}
