import type { Cell, Check, Section } from "./benchmark.ts";
import type { Machine } from "./machine.ts";

const MARKS = { met: "pass", aim: "short of the aim", must: "**MISS**" };

export function machineLine(machine: Machine): string {
  const { cpu, cores, date, loadBefore, memoryGb, node, sluice, sqlite, system } = machine;
  return (
    `${date} · ${cpu}, ${cores} cores, ${memoryGb} GB · ${system} · Node ${node} (SQLite ${sqlite}) · ` +
    `sluice from ${sluice}/ · load before ${loadBefore}`
  );
}

/** One benchmark as Markdown. */
export function renderSection({ title, setting, columns, rows, checks, notes }: Section): string {
  return [
    `## ${title}`,
    setting,
    renderTable(columns, rows),
    checks.length === 0 ? null : renderChecks(checks),
    ...notes,
  ]
    .filter((part) => part !== null)
    .join("\n\n");
}

function isMet({ atMost, value }: Check): boolean {
  return value <= atMost;
}

function renderChecks(checks: readonly Check[]): string {
  return renderTable(
    ["target", "measured", "bound", ""],
    checks.map((check) => {
      const { atMost, kind, unit, value, what } = check;
      const mark = isMet(check) ? MARKS.met : MARKS[kind];
      return [what, withUnit(value, unit), `${kind} ≤ ${withUnit(atMost, unit)}`, mark];
    }),
  );
}

function withUnit(value: number, unit: string): string {
  const digits = Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
  return `${Number(value.toFixed(digits)).toLocaleString("en-US")}${unit === "" ? "" : ` ${unit}`}`;
}

function renderTable(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const align = columns.map((_, place) => (place === 0 ? "---" : "---:"));
  return [line(columns), line(align), ...rows.map((row) => line(row.map(cellText)))].join("\n");
}

function cellText(cell: Cell): string {
  if (cell === null) return "–";
  return typeof cell === "string" ? cell : Math.round(cell).toLocaleString("en-US");
}
