import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { describe, expect, it } from "vitest";

/** Rooms that know the words only, and meet in `sluice` and `app`. */
const INNER = [
  "source",
  "plan",
  "limiter",
  "provider",
  "transport",
  "ledger",
  "sink",
  "engine",
  "observe",
] as const;
/** The import table: which room may know which. A room always knows itself. */
const TABLE: Record<string, readonly string[]> = {
  model: [],
  ...Object.fromEntries(INNER.map((room) => [room, ["model"]])),
  simulator: ["model"],
  sluice: ["model", ...INNER],
  index: ["model", "sluice", "observe"],
  app: ["model", "sluice", ...INNER],
  cli: ["model", "observe", "app"],
};
/** Heavy or outer rooms that the command line opens by dynamic import only. */
const DYNAMIC: Record<string, readonly string[]> = { cli: ["simulator"] };

const root = resolve(import.meta.dirname, "../src");
const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));

function roomOf(file: string): string {
  return file.split(sep)[0]?.replace(/\.ts$/, "") ?? file;
}

/** Relative imports of a file, as paths below src/; type-only ones are told apart for the search for cycles. */
function importsOf(file: string): { target: string; dynamic: boolean; typeOnly: boolean }[] {
  const text = readFileSync(join(root, file), "utf8");
  const found = text.matchAll(
    /(?:^|\n)(import|export)( type)?[^;"']*?from\s*["'](\.[^"']+)["']|import\(\s*["'](\.[^"']+)["']/g,
  );
  return [...found].map((match) => ({
    target: relative(root, resolve(root, dirname(file), match[3] ?? match[4] ?? "")),
    dynamic: match[4] !== undefined,
    typeOnly: match[2] !== undefined,
  }));
}

describe("the import table", () => {
  it("covers every room", () => {
    expect([...new Set(files.map(roomOf))].filter((room) => !(room in TABLE))).toEqual([]);
  });

  it.each(files)("holds for %s", (file) => {
    const room = roomOf(file);
    const strangers = importsOf(file).filter(({ target, dynamic }) => {
      const other = roomOf(target);
      const allowed = [room, ...(TABLE[room] ?? []), ...(dynamic ? (DYNAMIC[room] ?? []) : [])];
      return !allowed.includes(other);
    });
    expect(strangers.map(({ target }) => target)).toEqual([]);
  });

  it("has no cycles", () => {
    const graph = new Map(
      files.map((file) => [
        file,
        importsOf(file)
          .filter((i) => !i.typeOnly && !i.dynamic)
          .map((i) => i.target),
      ]),
    );
    const done = new Set<string>();
    const walk = (file: string, path: readonly string[]): string[] | null => {
      if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
      if (done.has(file)) return null;
      for (const target of graph.get(file) ?? []) {
        const cycle = walk(target, [...path, file]);
        if (cycle !== null) return cycle;
      }
      done.add(file);
      return null;
    };
    expect(files.map((file) => walk(file, [])).find((cycle) => cycle !== null)).toBeUndefined();
  });
});
