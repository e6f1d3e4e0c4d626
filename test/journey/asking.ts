import type { Respond } from "./fake-provider.ts";
import { Workplace } from "./workplace.ts";

/** The run's exit code, what OUTPUT says, and how many requests it took. */
export async function runWith(respond: Respond, questions: readonly string[], ...more: string[]) {
  await using place = await Workplace.open(respond);
  place.questions(...questions);
  const { code, stderr } = await place.run(...more);
  const says = place.has("out.jsonl") ? place.says() : [];
  return { code, stderr, says, sent: place.provider.received.length };
}
