import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../..");

/** A fenced example: ```sh, ```sh run, ```ts, ```ts run, and others that are only shown. */
export interface Fence {
  /** "docs/limits.md:21", for titles. */
  place: string;
  language: string;
  /** Marked `run`: it is executed. */
  runs: boolean;
  text: string;
}

export interface Page {
  /** Path from the root of the project, with slashes. */
  path: string;
  text: string;
}

const FRONT_PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"];
const FENCE = /^```(\w*) ?(\w*)\n([\s\S]*?)^```$/gm;

/** Every page a reader may come upon. */
export const pages: readonly Page[] = [
  ...FRONT_PAGES,
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => `docs/${file.replaceAll("\\", "/")}`)
    .sort(),
].map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));

export function pageNamed(path: string): string {
  const page = pages.find((each) => each.path === path);
  if (page === undefined) throw new Error(`there is no page ${path}`);
  return page.text;
}

export const fences: readonly Fence[] = pages.flatMap(({ path, text }) =>
  [...text.matchAll(FENCE)].map(({ 1: language = "", 2: mark = "", 3: body = "", index }) => {
    const line = text.slice(0, index).split("\n").length;
    return { place: `${path}:${line}`, language, runs: mark === "run", text: body };
  }),
);

/** The cells of every table row of a page, without the backticks around them. */
export function tableRows(text: string): string[][] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) => line.slice(1, -1).split(/(?<!\\)\|/))
    .map((cells) => cells.map((cell) => cell.trim()));
}

/** The names in backticks within a cell. */
export function namesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
}

/** The anchors that a page's headings make, as GitHub makes them. */
export function anchorsOf(text: string): Set<string> {
  const headings = [...text.replace(FENCE, "").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}
