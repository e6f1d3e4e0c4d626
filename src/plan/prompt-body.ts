import type { PathFacts } from "./path-facts.ts";
import { type Changes, readLoad, type Shaping } from "./shaping.ts";

/** Builds the body of one prompt; members stand in a fixed order, so that equal prompts are equal bytes. */
export function buildPromptBody(
  facts: PathFacts,
  row: { model: string; prompt: string; system: string | null; changes: Changes },
): Shaping {
  const { dialect, path, parameters } = facts;
  const prompt = JSON.stringify(row.prompt);
  const system = row.system === null ? null : JSON.stringify(row.system);
  if (dialect.prompt === null) {
    return refuse(`a prompt has no known shape at ${path}; give that endpoint's bodies as JSON objects`);
  }
  if (system !== null && dialect.system === null) {
    return refuse(`${path} takes no system message; leave --system out`);
  }
  const asMessage = system !== null && dialect.system === "message";
  const lead = asMessage ? `{"role":"system","content":${system}},` : "";
  const asked =
    dialect.prompt === "messages"
      ? `"messages":[${lead}{"role":"user","content":${prompt}}]`
      : `"${dialect.prompt}":${prompt}`;
  const besides = system !== null && !asMessage ? `,"${dialect.system}":${system}` : "";
  let body = `{"model":${JSON.stringify(row.model)},${asked}${besides}`;
  for (const [name, value] of parameters.members) body += `,${JSON.stringify(name)}:${value}`;
  const load = readLoad((name) => parsed(parameters.members.get(name)));
  return {
    kind: "request",
    request: { path, model: row.model, body: Buffer.from(`${body}}`), ...load },
    changes: row.changes,
  };
}

function parsed(json: string | undefined): unknown {
  return json === undefined ? undefined : JSON.parse(json);
}

function refuse(problem: string): Shaping {
  return { kind: "problem", problem, wholeInput: true };
}
