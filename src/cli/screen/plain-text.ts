import { stripVTControlCharacters } from "node:util";

/** Control characters, line separators, lone surrogates, and the format characters that reorder or hide text. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;
/** Two columns each: East Asian wide forms and emoji (Unicode, UAX #11). */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const COMBINING = /[\p{Mn}\p{Me}]/u;
const ELLIPSIS = "…";

/** Text of others (a provider's message, a file's name) as one harmless line: no escape codes, no controls. */
export function plainText(text: string): string {
  return stripVTControlCharacters(text).replace(UNPRINTABLE, " ").trimEnd();
}

/** The columns a plain text takes on a terminal. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

/** The text itself when it fits, else as much of it as does, and an ellipsis. */
export function fitted(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let kept = "";
  let width = 0;
  for (const character of text) {
    width += widthOf(character);
    if (width > columns - 1) break;
    kept += character;
  }
  return columns < 1 ? "" : kept + ELLIPSIS;
}

function widthOf(character: string): number {
  if (character < "\u0300") return 1;
  if (COMBINING.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
