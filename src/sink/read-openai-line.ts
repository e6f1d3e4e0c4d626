import { isObject, type JsonObject } from "../model/json-object.ts";

/** An answer as a line of OUTPUT tells it. */
export interface LineAnswer {
  /** The row's custom_id, or the label that stands for its line. */
  label: string;
  /** 1-based line of INPUT. */
  line: number;
  httpStatus: number;
  requestId: string | null;
  /** The provider's body, byte for byte as the line has it. */
  body: Uint8Array;
}

const ID = /^batch_req_([0-9a-f]{16})[0-9a-f]{8}$/;
/** No string of JSON holds this: its quotes would be escaped. */
const BODY_FOLLOWS = '"body":';
const BODY_ENDED = '},"error":null}';

/** Reads what `openaiFormat` wrote for an answered row; null for any other line, a torn one among them. */
export function readOpenaiLine(bytes: Uint8Array): LineAnswer | null {
  const text = Buffer.from(bytes).toString("utf8");
  const parsed = parse(text);
  const line = Number.parseInt(ID.exec(String(parsed?.id))?.[1] ?? "", 16);
  const response = parsed?.response;
  if (typeof parsed?.custom_id !== "string" || !isObject(response) || !Number.isSafeInteger(line))
    return null;
  const { status_code: httpStatus, request_id: requestId } = response;
  if (typeof httpStatus !== "number" || httpStatus < 200 || httpStatus > 299) return null;
  const start = text.indexOf(BODY_FOLLOWS);
  if (start < 0 || !text.endsWith(BODY_ENDED)) return null;
  return {
    label: parsed.custom_id,
    line,
    httpStatus,
    requestId: typeof requestId === "string" && requestId !== "" ? requestId : null,
    body: Buffer.from(text.slice(start + BODY_FOLLOWS.length, -BODY_ENDED.length)),
  };
}

function parse(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
