import { PUBLISHED_MODELS, resolveModel } from "./published-xai.ts";

/** 2026-01-01, for every model: a list of models has to say something. */
const CREATED = 1_767_225_600;

function modelObject(id: string) {
  return { id, object: "model", created: CREATED, owned_by: "simulator" };
}

/** The body of GET /models. */
export function modelList(): string {
  return JSON.stringify({ object: "list", data: PUBLISHED_MODELS.map(modelObject) });
}

/** The body of GET /models/{id}; null for a model that does not exist here. */
export function modelBody(id: string, anyModel: boolean): string | null {
  const resolved = resolveModel(id) ?? (anyModel ? id : null);
  return resolved === null ? null : JSON.stringify(modelObject(resolved));
}
