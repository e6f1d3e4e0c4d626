import type { Clock } from "../model/clock.ts";

const RETRY_AFTER_MS = 1000;
/** A reader that is slow, not a disk that is full: asked again soon, and not worth a word. */
const BUSY_RETRY_AFTER_MS = 10;

/** Troubles that somebody can end while the run waits, in words for a person. */
const PASSING_TROUBLES: Readonly<Record<string, string>> = {
  ENOSPC: "no space left on the device",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file may not grow further",
  EIO: "the device reports an input/output error",
  ENOMEM: "the system is out of memory",
};

export interface PersistOptions {
  /** For sentences: OUTPUT as typed. */
  name: string;
  clock: Clock;
  /** Told a sentence when writing stops, and null when it goes on. */
  onTrouble: (message: string | null) => void;
  /** Ends the wait: the effort is given up with the trouble as its error. */
  signal?: AbortSignal | undefined;
}

/** Tries until it works: a full disk pauses the run, it does not end it. Other errors pass through. */
export async function persist<Result>(
  effort: () => Promise<Result>,
  { name, clock, onTrouble, signal }: PersistOptions,
): Promise<Result> {
  let troubled = false;
  for (;;) {
    try {
      const result = await effort();
      if (troubled) onTrouble(null);
      return result;
    } catch (error) {
      const code = errorCode(error);
      const trouble = PASSING_TROUBLES[code];
      if ((trouble === undefined && code !== "EAGAIN") || signal?.aborted) throw error;
      if (trouble !== undefined && !troubled) {
        troubled = true;
        onTrouble(`${name} cannot be written: ${trouble}; the run waits and tries again every second`);
      }
      await pause(clock, trouble === undefined ? BUSY_RETRY_AFTER_MS : RETRY_AFTER_MS, signal);
    }
  }
}

/** The system's code of an error ("ENOSPC"), or "" when it has none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

function pause(clock: Clock, delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      cancel();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const cancel = clock.after(delayMs, done);
    signal?.addEventListener("abort", done, { once: true });
  });
}
