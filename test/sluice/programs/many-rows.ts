import { createSluice } from "sluice";

const [baseURL = "", rows = "0"] = process.argv.slice(2);
await using sluice = createSluice({ baseURL, maxConcurrent: 64 });
let next = 0;
async function* long() {
  for (let i = 0; i < Number(rows); i += 1) yield `${i} `.padEnd(20_000, "x");
}
for await (const { index, status } of sluice.run(long(), { model: "m" })) {
  if (index !== next || status !== "answered") throw new Error(`row ${index} was ${status} after ${next}`);
  next += 1;
}
console.log(`${next} answered`);
