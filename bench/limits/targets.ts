import type { Result } from "./measure.ts";
import type { Mode } from "./scenario.ts";

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

/** What is missed, judged by the figures as they are printed. */
export function misses({ failed, mode, rejected, utilisation }: Result): {
  utilisation: boolean;
  rejected: boolean;
} {
  const target = TARGETS[mode];
  return {
    utilisation: utilisation < target.leastUtilisation - 0.0005 || failed > 0,
    rejected: rejected >= target.rejected,
  };
}
