import { SluiceError, UsageError } from "../model/errors.ts";

/** Remedies that read differently in a program than at a prompt. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/give --prompt '[^']*' to make prompts of columns, or/, "give toRequest to make a prompt of it, or"],
  [/--endpoint \/v1\/…/, 'endpoint: "/v1/…"'],
  [/put "model" into the row/, 'put "model" into each row'],
  [/ is not set; type /, " is not set; pass apiKey, type "],
  [/--provider (\w+)/g, 'provider: "$1"'],
  [/use --api-key-env for a key/, "use apiKey"],
  [/add --base-url (https:\/\/host\/v1)/, 'add baseURL: "$1"'],
  [/another one with --ledger/, "another one as ledger"],
  [/begin one with sluice run/, 'leave mode: "open" out to begin one'],
  [/, or (?:use )?- (?:for|to read) standard input/, ""],
  [/try: \S+ -dc .* \| sluice run -/, "unpack it first"],
];
/** Flags whose option is not their name in camel case. */
const NAMES: Readonly<Record<string, string>> = { "base-url": "baseURL", "api-key-env": "apiKey" };

/** The inner rooms speak of command-line flags; a program has options instead. */
export function inLibraryWords(sentence: string): string {
  const said = REMEDIES.reduce((text, [pattern, words]) => text.replace(pattern, words), sentence);
  return said.replace(/(?<=^|[\s("'])--([a-z][a-z-]*[a-z])/g, (_, flag: string) => {
    return NAMES[flag] ?? flag.replace(/-([a-z])/g, (_match, letter: string) => letter.toUpperCase());
  });
}

/** Throws on what an inner room refused, in the library's words, after the name of the function that was called. */
export function throwAs(caller: string, error: unknown): never {
  if (!(error instanceof UsageError)) throw error;
  throw new UsageError(`${caller}: ${inLibraryWords(error.message)}`, { cause: error });
}

/** Calls, and lets what is refused be said so. */
export function sayingAs<T>(caller: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throwAs(caller, error);
  }
}

/** What was thrown, in a few words. */
export function wordsOf(error: unknown): string {
  if (error instanceof SluiceError) return inLibraryWords(error.message);
  if (typeof error !== "object" || error === null) return String(error);
  return "message" in error ? String(error.message) : "an object that is no error";
}
