import { type BodyDialect, dialectOf } from "./endpoint.ts";
import type { PlannerOptions } from "./options.ts";
import { type Parameters, parametersFor } from "./parameters.ts";

/** What a path asks of the bodies that go there, and the members that options put into them. */
export interface PathFacts {
  path: string;
  dialect: BodyDialect;
  parameters: Parameters;
}

/** Rows may name any path; a file of a million different ones must not stay in memory. */
const MOST_REMEMBERED_PATHS = 100;

/** Tells the facts of a path, worked out once for each. */
export function pathFacts(options: PlannerOptions): (path: string) => PathFacts {
  const known = new Map<string, PathFacts>();
  return (path) => {
    const remembered = known.get(path);
    if (remembered !== undefined) return remembered;
    const dialect = dialectOf(path);
    const facts = { path, dialect, parameters: parametersFor(options, dialect) };
    if (known.size < MOST_REMEMBERED_PATHS) known.set(path, facts);
    return facts;
  };
}
