import { createSluice, processRequests } from "sluice";

const [how, baseURL = ""] = process.argv.slice(2);
if (how === "processRequests") await processRequests(["a", "b"], { baseURL, model: "grok-4.3" });
else await createSluice({ baseURL }).send("a", { model: "grok-4.3" });
console.log("answered");
