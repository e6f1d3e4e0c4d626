import { hash } from "node:crypto";

/** A prompt as the simulator sees it. */
export interface Prompt {
  /** The text of the last user message. */
  lastUserText: string;
  /** The first 8 hex digits of SHA-256 over the messages as `JSON.stringify` writes them. */
  digest: string;
  /** Characters of text in all messages: four of them count as one token. */
  characters: number;
}

/** Every simulated token, of prompts and answers, is four characters. */
export const CHARACTERS_PER_TOKEN = 4;

/** How much of the last user message an answer repeats. */
const ECHO_CHARACTERS = 60;

const WORDS = (
  "river stone gate water meadow lantern harbour copper timber window garden silver morning thunder valley " +
  "orchard paper anchor winter saddle bridge cellar marble summer candle feather granite hollow island jacket kettle " +
  "ladder mirror needle ocean pepper quarry ribbon shadow tunnel velvet willow"
).split(" ");

/** Enough words for a long answer without building them anew; begins at a word that depends on the prompt. */
const FILLER = ` ${Array.from({ length: 4096 }, (_, i) => WORDS[(i * 7 + (i >> 5)) % WORDS.length]).join(" ")}`;

/**
 * Reads a prompt from a chat body's `messages`, from the `input` of a Responses body, or from a plain text, which
 * counts as one user message.
 */
export function promptOf(messages: unknown): Prompt {
  const list = typeof messages === "string" ? [{ role: "user", content: messages }] : messages;
  let lastUserText = "";
  let characters = 0;
  for (const message of Array.isArray(list) ? list : []) {
    if (typeof message !== "object" || message === null) continue;
    const text = textOfContent(message.content);
    characters += text.length;
    if (message.role === "user") lastUserText = text;
  }
  return { lastUserText, digest: digestOf(JSON.stringify(list ?? null)), characters };
}

/** The first 8 hex digits of SHA-256. */
export function digestOf(text: string): string {
  return hash("sha256", text, "hex").slice(0, 8);
}

/**
 * The simulator's answer to a prompt, so that a mix-up of rows shows: "Echo: <first 60 characters of the last user
 * message> #<digest of the whole prompt>", then words up to `outputTokens` tokens of four characters; an answer
 * shorter than that beginning is cut. Choices after the first begin with "Echo 2: ", "Echo 3: " …
 */
export function answerFor(prompt: string | Prompt, outputTokens: number, choice = 0): string {
  const asked = typeof prompt === "string" ? promptOf(prompt) : prompt;
  const echo = echoOf(asked, choice);
  const length = outputTokens * CHARACTERS_PER_TOKEN;
  if (echo.length >= length) return cutBefore(echo, length);
  const start = FILLER.indexOf(" ", Number.parseInt(asked.digest.slice(0, 3), 16));
  let text = echo + FILLER.slice(start, start + length - echo.length);
  while (text.length < length) text += FILLER.slice(0, length - text.length);
  return text;
}

/** The fewest tokens that hold the whole echo. */
export function echoTokens(prompt: Prompt, choice = 0): number {
  return tokensOf(echoOf(prompt, choice).length);
}

/** Tokens of so many characters; at least one. */
export function tokensOf(characters: number): number {
  return Math.max(1, Math.ceil(characters / CHARACTERS_PER_TOKEN));
}

/** The text of a message's content: a string, or parts of which the text ones count. */
function textOfContent(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  let text = "";
  for (const part of content) if (typeof part?.text === "string") text += part.text;
  return text;
}

/** Cuts at most `length` UTF-16 units, never through a surrogate pair. */
export function cutBefore(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}

function echoOf(prompt: Prompt, choice: number): string {
  const name = choice === 0 ? "Echo" : `Echo ${choice + 1}`;
  return `${name}: ${cutBefore(prompt.lastUserText, ECHO_CHARACTERS)} #${prompt.digest}`;
}
