/** An error as OpenAI and most who speak its language write it. */
export const nested = (message: string, type = "error", code: string | null = null) => ({
  error: { message, type, code, param: null },
});

/** What is expected of an ending, in the words that tests of several vendors share. */
export const rate = { kind: "throttled", reason: "rate" };
export const daily = { kind: "throttled", reason: "daily" };
export const capacity = { kind: "throttled", reason: "capacity", named: null };
export const access = { kind: "account", reason: "access" };
export const credits = { kind: "account", reason: "credits" };
