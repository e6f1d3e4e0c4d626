import { expect } from "vitest";
import { UsageError } from "../../src/model/errors.ts";

/** The sentence with which something is refused. */
export async function refusal(open: Promise<unknown>): Promise<string> {
  const error: unknown = await open.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UsageError);
  return error instanceof Error ? error.message : "";
}
