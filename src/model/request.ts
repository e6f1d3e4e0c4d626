/** What is asked of the provider for one row: one HTTP exchange. */
export interface Request {
  /** Path below the base address, with a leading slash: "/chat/completions". */
  path: string;
  /** The model named in the body: with the account it makes the lane. */
  model: string;
  /** The JSON body, sent byte for byte. */
  body: Uint8Array;
  /** The cap on output tokens the body asks for; null when it asks for none. */
  maxTokens: number | null;
  /** How many answers the body asks for (`n`), 1 by default; each is billed. */
  samples: number;
}

/** What stands before the line's number in such a label. */
export const LINE_LABEL = "request-";

/** The label a row carries in OUTPUT when the input gave it no `custom_id`. `line` is 1-based. */
export function labelOfLine(line: number): string {
  return `${LINE_LABEL}${line}`;
}
