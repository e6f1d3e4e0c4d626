import { createSluice, UsageError } from "sluice";

const kept = createSluice({ provider: "simulator" });
console.log((await kept.send("a", { model: "grok-4.3" })).status);

const closed = createSluice({ provider: "simulator" });
const asking = closed.fetch("https://api.x.ai/v1/models").catch((error: unknown) => error);
await closed.close();
console.log((await asking) instanceof UsageError);
