import type { Liquid } from "liquidjs";
import { renderValue } from "./columns.ts";
import { liquidjs } from "./liquidjs.ts";

/** A sentence of ours, thrown where liquidjs lets nothing but an exception through; never leaves the room. */
export class TemplateRefusal extends Error {
  override name = "TemplateRefusal";
}

/** Tags that read files. */
export const FILE_TAGS: readonly string[] = ["include", "render", "layout", "block"];
/** Filters whose result differs from run to run: a row would no longer be what was planned. */
export const RANDOM_FILTERS: readonly string[] = ["sample"];
const DATE_FILTERS = [
  "date",
  "date_to_xmlschema",
  "date_to_rfc822",
  "date_to_string",
  "date_to_long_string",
] as const;
const MOVING_DATES: ReadonlySet<unknown> = new Set(["now", "today"]);

/** `{{ empty }}` means the literal even where a column has that name, and would print "{}". */
const OWN_WORD =
  "nil, null, empty, blank and forloop are Liquid's own and print nothing; a column of that name is written {{ ['empty'] }}";

/** A Liquid engine whose output depends on the template and the row alone: no file, no clock, no locale, no chance. */
export function createLiquidEngine(onNull: () => void): Liquid {
  const { Drop, Liquid } = liquidjs();
  const liquid = new Liquid({
    ownPropertyOnly: true,
    strictVariables: true,
    strictFilters: true,
    // Lets a template ask for a column that not every row has: {% if context %}, {{ context | default: "none" }}.
    lenientIf: true,
    timezoneOffset: 0,
    locale: "en-US",
    templates: {},
    outputEscape: (value: unknown) => {
      if (value instanceof Drop) throw new TemplateRefusal(OWN_WORD);
      if (value === null || value === undefined) onNull();
      return renderValue(value);
    },
  });
  for (const tag of FILE_TAGS) delete liquid.tags[tag];
  for (const filter of RANDOM_FILTERS) delete liquid.filters[filter];
  // The built-in `raw` switches outputEscape off, and with it the rendering of objects as JSON.
  liquid.registerFilter("raw", (value: unknown) => value);
  for (const name of DATE_FILTERS) fixDateFilter(liquid, name);
  return liquid;
}

function fixDateFilter(liquid: Liquid, name: (typeof DATE_FILTERS)[number]): void {
  const builtIn = liquidjs().filters[name];
  if (typeof builtIn !== "function") throw new TypeError(`liquidjs has no filter ${name}`);
  liquid.registerFilter(name, function (value: unknown, ...args: unknown[]) {
    const word = typeof value === "string" ? value.trim().toLowerCase() : value;
    if (MOVING_DATES.has(word)) {
      throw new TemplateRefusal(
        `the ${name} filter cannot take "${String(word)}": the prompt would change between runs; write the date`,
      );
    }
    return Reflect.apply(builtIn, this, [value, ...args]);
  });
}
