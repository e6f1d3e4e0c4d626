import { describe, expect, it } from "vitest";
import { NONE_TOLD, toldBy } from "../../../src/provider/headers/told.ts";
import { MINUTE, read, told } from "./heads.ts";

const dialect = toldBy({ names: "x-*-requests", dimension: "requests", window: MINUTE });

describe("one limit of a header set", () => {
  it.each([
    ["repeated alike", { "x-limit-requests": ["5", "5"] }, [told("requests", 5, MINUTE)]],
    ["repeated and different", { "x-limit-requests": ["5", "6"] }, []],
    ["joined by the transport", { "x-limit-requests": "5, 6" }, []],
    ["a fraction", { "x-limit-requests": "0.5" }, [told("requests", 0.5, MINUTE)]],
    ["spaces around", { "x-limit-requests": " 5 " }, [told("requests", 5, MINUTE)]],
    [
      "more left than there can be",
      { "x-limit-requests": "5", "x-remaining-requests": "6" },
      [told("requests", 5, MINUTE)],
    ],
    [
      "less than nothing left",
      { "x-limit-requests": "5", "x-remaining-requests": "-1" },
      [told("requests", 5, MINUTE)],
    ],
    [
      "a reset after the window",
      { "x-limit-requests": "5", "x-reset-requests": "61s" },
      [told("requests", 5, MINUTE)],
    ],
    ["only what is left", { "x-remaining-requests": "5" }, []],
  ])("%s", (_what, headers, expected) => {
    expect(read(dialect, headers)).toEqual(expected);
  });

  it("costs no list where there is none", () => {
    expect(read(dialect, {})).toBe(NONE_TOLD);
  });
});
