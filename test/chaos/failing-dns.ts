/** Loaded into a run before anything else, by `node --import`: for a while, names are not found. */
import dns from "node:dns";

const share = Number(process.env.FAILING_DNS_SHARE);
const until = Date.now() + Number(process.env.FAILING_DNS_MS);
const { lookup } = dns;

Object.assign(dns, {
  lookup(name: string, options: dns.LookupOptions, done: (error: Error | null) => void): void {
    if (Date.now() >= until || Math.random() >= share) lookup(name, options, done);
    else process.nextTick(done, Object.assign(new Error(`${name} is not found`), { code: "ENOTFOUND" }));
  },
});
