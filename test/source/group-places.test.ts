import { describe, expect, it } from "vitest";
import { groupPlaces, LARGEST_GROUP_BYTES } from "../../src/source/group-places.ts";

describe("grouping of places", () => {
  it("reads neighbours together, across the terminator between them", () => {
    const places = [
      { offset: 0, length: 10 },
      { offset: 11, length: 20 },
    ];
    expect(groupPlaces(places)).toEqual([{ offset: 0, length: 31, first: 0, last: 1 }]);
  });

  it("reads places that lie far apart, backwards or over each other by themselves", () => {
    const places = [
      { offset: 0, length: 10 },
      { offset: 100_000, length: 10 },
      { offset: 50, length: 10 },
      { offset: 55, length: 10 },
    ];
    expect(groupPlaces(places).map(({ first, last }) => [first, last])).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });

  it("lets no group grow beyond its bound, and reads a larger place alone", () => {
    const half = LARGEST_GROUP_BYTES / 2;
    const places = [0, 1, 2].map((n) => ({ offset: n * half, length: half }));
    expect(groupPlaces(places).map(({ length }) => length)).toEqual([LARGEST_GROUP_BYTES, half]);
    expect(groupPlaces([{ offset: 0, length: 3 * LARGEST_GROUP_BYTES }])).toHaveLength(1);
  });

  it("asks for nothing when nothing is asked for", () => {
    expect(groupPlaces([])).toEqual([]);
  });
});
