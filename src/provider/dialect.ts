import type { NamedLimit } from "../model/ending.ts";
import type { ErrorBody } from "./error-body.ts";

/** How one thing is said: by a name in `code` or `type` (lower case), or only by words. */
export interface Saying {
  codes?: readonly string[];
  words?: readonly RegExp[];
}

/** How a provider says what the status alone does not tell. A dialect is data; the table that uses it is one. */
export interface Dialect {
  /** In a 400: the key is wrong. */
  wrongKey: Saying;
  /** In a 400: credits are spent. Such a message may repeat what was asked, so only what cannot be mistaken. */
  spent: Saying;
  /** In a 403: this row's content is refused. Asked before everything else a 403 may mean. */
  content: Saying;
  /** In a 403: key, team, organisation, region or endpoint. Only the sentence is read, not the code. */
  blocked: Saying;
  /** In a 403 or 429: this one model is closed to the account. */
  noAccess: Saying;
  /** In a 403 or 429: credits are spent, or a spending limit is reached. Read whichever provider was chosen. */
  credits: Saying;
  /** In a 429: the provider is full; the account's limits are not what binds. */
  capacity: Saying;
  /** In a 429: a limit per day. */
  daily: Saying;
  /** In a 429: this request alone is larger than the limit; it will never pass. */
  tooLarge: Saying;
  /** In a 404 (or 400): the model does not exist. */
  unknownModel: Saying;
  /** The limit a 429 names; its `limit` may be 0, which means no access. */
  readLimit(words: string): NamedLimit | null;
}

export function says(error: ErrorBody, saying: Saying): boolean {
  return (
    (saying.codes?.some((code) => error.codes.includes(code)) ?? false) ||
    (saying.words?.some((pattern) => pattern.test(error.words)) ?? false)
  );
}

/** Understands everything that any of the dialects does. */
export function union(...dialects: readonly [Dialect, ...Dialect[]]): Dialect {
  const all = (name: Exclude<keyof Dialect, "readLimit">): Saying => ({
    codes: dialects.flatMap((dialect) => dialect[name].codes ?? []),
    words: dialects.flatMap((dialect) => dialect[name].words ?? []),
  });
  return {
    wrongKey: all("wrongKey"),
    spent: all("spent"),
    content: all("content"),
    blocked: all("blocked"),
    noAccess: all("noAccess"),
    credits: all("credits"),
    capacity: all("capacity"),
    daily: all("daily"),
    tooLarge: all("tooLarge"),
    unknownModel: all("unknownModel"),
    readLimit(words) {
      for (const dialect of dialects) {
        const limit = dialect.readLimit(words);
        if (limit !== null) return limit;
      }
      return null;
    },
  };
}
