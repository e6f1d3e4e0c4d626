import type { Clock } from "../model/clock.ts";
import { KEEP_ALIVE_MS } from "./http1-slot.ts";
import type { OpenedSocket } from "./open-socket.ts";

interface SpareSocket extends OpenedSocket {
  openedAt: number;
  onClose: () => void;
}

/** Connections opened ahead of their first exchange. They keep no process alive and are not used once stale. */
export class SpareSockets {
  readonly #clock: Clock;
  readonly #spare = new Set<SpareSocket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get count(): number {
    return this.#spare.size;
  }

  add(opened: OpenedSocket): void {
    const entry = { ...opened, openedAt: this.#clock.now(), onClose: () => void this.#spare.delete(entry) };
    opened.socket.unref();
    opened.socket.once("close", entry.onClose);
    this.#spare.add(entry);
  }

  take(): OpenedSocket | null {
    for (const entry of this.#spare) {
      this.#spare.delete(entry);
      entry.socket.off("close", entry.onClose);
      if (this.#clock.now() - entry.openedAt < KEEP_ALIVE_MS && !entry.socket.destroyed) {
        entry.socket.ref();
        return entry;
      }
      entry.socket.destroy();
    }
    return null;
  }

  close(): void {
    for (const entry of this.#spare) entry.socket.destroy();
  }
}
