import { onTestFinished } from "vitest";
import { createLaneRegistry } from "../../src/limiter/index.ts";
import { compatible } from "../../src/provider/compatible.ts";
import { openAccount } from "../../src/sluice/account.ts";
import { parseAddress } from "../../src/sluice/address.ts";
import { FetchDoor } from "../../src/sluice/fetch-door.ts";
import { breathe } from "../engine/engine.ts";
import type { VirtualClock } from "../support/virtual-clock.ts";

const GRAIN_MS = 10;

/** A `fetch` whose time stands still while anything of it is on the wire. */
export interface StillFetch {
  fetch: typeof globalThis.fetch;
  /** Lets time pass until the promise is settled. */
  until<Result>(promise: Promise<Result>): Promise<Result>;
}

/**
 * Puts the limiter's `fetch` under real sockets in virtual time. A server with the same clock dates every request as
 * its client does: what it counts is what the limiter did, however slow the machine is.
 */
export function fetchInStillTime(baseURL: string, rps: number, clock: VirtualClock): StillFetch {
  const lanes = createLaneRegistry({ random: () => 0.5 });
  const chosen = { provider: compatible, address: parseAddress(baseURL), apiKey: null, tier: 0 };
  const account = openAccount({ chosen, limits: { rps }, lanes, clock });
  const { transport } = account;
  let inFlight = 0;
  const { start } = transport;
  transport.start = (exchange, listener) => {
    const { onEnd } = listener;
    inFlight += 1;
    listener.onEnd = (end) => {
      inFlight -= 1;
      onEnd.call(listener, end);
    };
    return start.call(transport, exchange, listener);
  };
  const own = { open: async () => account, takesAll: false };
  const door = new FetchDoor({ own, insecure: undefined, limits: { rps }, lanes, clock, maxAttempts: 8 });
  onTestFinished(() => door.close().finally(() => account.close()));
  return {
    fetch: door.fetch,
    async until(promise) {
      let isSettled = false;
      const settled = () => {
        isSettled = true;
      };
      promise.then(settled, settled);
      for (await breathe(); !isSettled; await breathe()) if (inFlight === 0) clock.advance(GRAIN_MS);
      return promise;
    },
  };
}
