import { describe, expect, it } from "vitest";
import { ietfHeaders } from "../../../src/provider/headers/ietf.ts";
import { DAY, type Headers, MINUTE, read, told } from "./heads.ts";

describe("the IETF draft's headers", () => {
  it.each([
    [
      "several policies, one of them with its standing",
      {
        "ratelimit-policy": '"permin";q=50;w=60,"daily";q=1000;w=86400',
        ratelimit: '"permin";r=20;t=30',
      },
      [told("requests", 50, MINUTE, { remaining: 20, resetMs: 30_000 }), told("requests", 1000, DAY)],
    ],
    [
      "split over two fields",
      { "ratelimit-policy": ['"a";q=100;w=10', '"b";q=5;w=1'] },
      [told("requests", 100, 10_000), told("requests", 5, 1000)],
    ],
    [
      "with a partition key",
      { "ratelimit-policy": '"peruser";q=100;w=60;pk=:cHsdsRa894==:' },
      [told("requests", 100, MINUTE)],
    ],
    ["bytes", { "ratelimit-policy": '"peruser";q=65535;qu="content-bytes";w=10' }, []],
    ["concurrency", { "ratelimit-policy": '"c";q=5;qu="concurrent-requests"' }, []],
    ["no window", { "ratelimit-policy": '"default";q=100' }, [told("requests", 100, null)]],
    ["a quota of nothing", { "ratelimit-policy": '"default";q=0;w=60' }, []],
    ["a standing without a policy", { ratelimit: '"default";r=50;t=30' }, []],
    ["malformed", { "ratelimit-policy": '"default;q=100;w=60' }, []],
    [
      "the three headers of older drafts",
      { "ratelimit-limit": "60", "ratelimit-remaining": "59", "ratelimit-reset": "1" },
      [told("requests", 60, MINUTE, { remaining: 59, resetMs: 1000 })],
    ],
  ])("%s", (_what, headers, expected) => {
    expect(read(ietfHeaders, headers as Headers)).toEqual(expected);
  });
});
