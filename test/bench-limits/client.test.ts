import { describe, expect, it } from "vitest";
import { Client } from "../../bench/limits/client/client.ts";
import type { Policy } from "../../bench/limits/client/policy.ts";
import { job } from "./small-scenario.ts";

const ANY: Policy = { admit: () => 0, sent: () => null, ended: () => null };

describe("the client's queue", () => {
  it("puts jobs that go again before new ones, in the order in which they came back", () => {
    const client = new Client(ANY);
    const [first, second, third] = [job(), job(), job()];
    client.add(first);
    client.add(second);
    client.shift();
    client.addAgain(third);
    client.addAgain(first);
    for (const expected of [third, first, second]) {
      expect(client.peek()).toBe(expected);
      client.shift();
    }
    expect(client.peek()).toBeUndefined();
  });
});
