/**
 * A process that writes to a ledger until it is killed: `node writing-child.ts PATH ROWS`. It says on stdout, row by
 * row, what it was promised: `i 5` once the intent is durable, `s 5` once the answer is.
 */
import { openLedger } from "../../src/ledger/index.ts";
import { adopt, answered, begin, rows } from "./rows.ts";

const [path = "", count = "0"] = process.argv.slice(2);
const ledger = await openLedger({ path, mode: "create-or-open" });
if ((await ledger.info()).rows === 0) {
  await adopt(ledger, rows(Array.from({ length: Number(count) }, (_, index) => `line ${index}`)));
}
await begin(ledger);
process.stdout.write("ready\n");
const work = async (index: number) => {
  await ledger.intend([{ index, atRisk: 1, wallTime: 1 }]);
  process.stdout.write(`i ${index}\n`);
  await ledger.settle([answered(index)]);
  process.stdout.write(`s ${index}\n`);
};
for (let pulled = await ledger.pull("xai", -1, 64); pulled.length > 0; ) {
  await Promise.all(pulled.map(({ index }) => work(index)));
  pulled = await ledger.pull("xai", pulled.at(-1)?.index ?? -1, 64);
}
process.stdout.write("done\n");
await new Promise(() => setInterval(() => {}, 1000));
