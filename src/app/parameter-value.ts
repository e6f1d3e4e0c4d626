import { parseKeepingDigits } from "../plan/index.ts";

/** A value as it was typed: JSON where it parses, with every digit of its numbers, else the text itself. */
export function parameterValue(text: string): unknown {
  try {
    return parseKeepingDigits(text);
  } catch {
    return text;
  }
}
