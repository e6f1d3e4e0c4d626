import { expect, it } from "vitest";
import { patienceOf } from "../../src/sluice/patience.ts";

const NEVER = Number.POSITIVE_INFINITY;

it.each([
  ["by default an hour in all, and a minute of silence within a body", {}, 3_600_000, NEVER, 60_000],
  ["what was said, for silence before a body as well", { silenceTimeout: 5000 }, 3_600_000, 5000, 5000],
  ["for a stream silence alone", { stream: true }, NEVER, 600_000, 600_000],
  ["for a stream what was said", { stream: true, timeout: 9, silenceTimeout: 5 }, 9, 5, 5],
])("waits %s", (_, options, timeoutMs, beforeBodyMs, inBodyMs) => {
  expect(patienceOf(options)).toMatchObject({ timeoutMs, silence: { beforeBodyMs, inBodyMs } });
});
