import { statSync } from "node:fs";
import { openAnswerCache } from "../ledger/index.ts";
import type { AnswerCache } from "../model/answer-cache.ts";
import { UsageError } from "../model/errors.ts";
import type { Account } from "./account.ts";

/** A folder's answers of this account's origin. A simulator says the same wherever it runs, and never speaks for others. */
export function openCache(
  folder: string,
  { origin, provider }: Pick<Account, "origin" | "provider">,
  onNote: (message: string) => void,
): AnswerCache {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new UsageError(`The cache ${folder} is a file; name a folder, which may be a new one.`);
  }
  return openAnswerCache({ folder, origin: provider.simulated ? provider.name : origin, onNote });
}
