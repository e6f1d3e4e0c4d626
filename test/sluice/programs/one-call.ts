import { createFetch, createSluice, processRequests } from "sluice";

const [how, baseURL = ""] = process.argv.slice(2);
const model = "grok-4.3";
if (how === "processRequests") await processRequests(["a", "b"], { baseURL, model });
else if (how === "send") await createSluice({ baseURL }).send("a", { model });
else {
  const body = JSON.stringify({ model, messages: [{ role: "user", content: "a" }] });
  await (await createFetch()(`${baseURL}/chat/completions`, { method: "POST", body })).text();
}
console.log("answered");
