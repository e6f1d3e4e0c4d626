import type { DatabaseSync } from "node:sqlite";
import type { DuplicateId } from "../model/duplicate-id.ts";
import type { PlanComparison } from "../model/plan.ts";
import { LINE_LABEL } from "../model/request.ts";
import { queryNumber } from "./query-numbers.ts";
import { KIND } from "./staging.ts";
import { textStored } from "./stored-text.ts";

/** Duplicates told by name, and lines told of each. */
export const DUPLICATES_SHOWN = 20;

type Duplicates = PlanComparison["duplicates"];

/** Ids that two rows of the staged plan were given, and those that are another row's label. */
export function duplicateIds(database: DatabaseSync): Duplicates {
  const twins = givenTwice(database);
  const labels = givenLabels(database);
  const first = [...twins.first, ...labels.first].slice(0, DUPLICATES_SHOWN);
  return { total: twins.total + labels.total, first };
}

function givenTwice(database: DatabaseSync): Duplicates {
  database.exec(`
    CREATE TEMP TABLE twin(identity BLOB PRIMARY KEY, first INTEGER) WITHOUT ROWID;
    INSERT INTO temp.twin SELECT identity, min(idx) FROM temp.staged
      WHERE given = 1 AND kind = ${KIND.request} GROUP BY identity HAVING count(*) > 1;
  `);
  const total = queryNumber(database, "SELECT count(*) FROM temp.twin");
  const found = total === 0 ? [] : linesOfTwins(database);
  database.exec("DROP TABLE temp.twin");
  const lines = new Map<string, number[]>();
  for (const { id, line } of found) {
    const known = lines.get(id);
    if (known === undefined) lines.set(id, [line]);
    else known.push(line);
  }
  return { total, first: [...lines].map(([customId, at]) => ({ customId, lines: at })) };
}

function linesOfTwins(database: DatabaseSync): { id: string; line: number }[] {
  return database
    .prepare(
      `SELECT custom_id, line FROM (
         SELECT staged.custom_id, staged.line, shown.first,
           row_number() OVER (PARTITION BY staged.identity ORDER BY staged.idx) AS nth
         FROM temp.staged JOIN (SELECT * FROM temp.twin ORDER BY first LIMIT ${DUPLICATES_SHOWN}) AS shown
           ON shown.identity = staged.identity
         WHERE staged.given = 1 AND staged.kind = ${KIND.request})
       WHERE nth <= ${DUPLICATES_SHOWN} ORDER BY first, nth`,
    )
    .all()
    .map(({ custom_id, line }) => ({ id: textStored(custom_id) ?? "", line: Number(line) }));
}

/** Only an input of which some rows have an id and others have none is joined with itself. */
function givenLabels(database: DatabaseSync): Duplicates {
  const like = `custom_id GLOB '${LINE_LABEL}[1-9]*'`;
  const nameless = `custom_id IS NULL AND kind <> ${KIND.blank}`;
  const any = (condition: string) => `EXISTS (SELECT 1 FROM temp.staged WHERE ${condition})`;
  const mixed = database.prepare(`SELECT ${any(like)} AND ${any(nameless)} AS found`).get();
  if (mixed?.found !== 1) return { total: 0, first: [] };
  const rows = database
    .prepare(
      `SELECT named.custom_id, named.line, nameless.line AS nameless, count(*) OVER () AS total
       FROM (SELECT idx, line FROM temp.staged WHERE ${nameless}) AS nameless
         JOIN (SELECT custom_id, line FROM temp.staged WHERE ${like}) AS named
           ON named.custom_id = '${LINE_LABEL}' || nameless.line
       ORDER BY nameless.idx, named.line LIMIT ${DUPLICATES_SHOWN}`,
    )
    .all();
  const first = rows.map(
    ({ custom_id, line, nameless: labelled }): DuplicateId => ({
      customId: String(custom_id),
      lines: [Number(line)],
      labelOf: Number(labelled),
    }),
  );
  return { total: Number(rows[0]?.total ?? 0), first };
}
