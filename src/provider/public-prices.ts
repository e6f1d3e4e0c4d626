import { createRequire } from "node:module";
import type * as GenaiPrices from "@pydantic/genai-prices";
import { usdToTicks } from "../model/money.ts";
import type { Price } from "../model/provider.ts";

/** When the bundled table of the pinned version of @pydantic/genai-prices was published. */
const AS_OF = "2026-09-23";

/** Half a megabyte of tables that a run with xAI never needs: read at the first question. */
const require = createRequire(import.meta.url);
let table: typeof GenaiPrices | undefined;
function prices(): typeof GenaiPrices {
  table ??= require("@pydantic/genai-prices") as typeof GenaiPrices;
  return table;
}

/** Models a vendor is known to offer, by the vendor's name in the table ("openai"). */
export function publicModels(vendor: string): string[] {
  return (
    prices()
      .findProvider({ providerId: vendor })
      ?.models.map((model) => model.id) ?? []
  );
}

/** Tokens of prompt and answer together; null where the table does not tell. */
export function publicContext(vendor: string, model: string): number | null {
  try {
    const found = prices().calcPrice({ input_tokens: 1 }, model, { providerId: vendor });
    return found?.model.context_window ?? null;
  } catch {
    return null;
  }
}

/** The public price of a vendor's model; null where the table has none, or none that we can express. */
export function publicPrice(vendor: string, model: string): Price | null {
  let found: GenaiPrices.PriceCalculationResult;
  try {
    found = prices().calcPrice({ input_tokens: 1 }, model, { providerId: vendor });
  } catch {
    return null;
  }
  if (found === null) return null;
  const input = perToken(found.model_price.input_mtok);
  const output = perToken(found.model_price.output_mtok);
  if (input === null) return null;
  const cached = perToken(found.model_price.cache_read_mtok) ?? input;
  const long = longContext(input, output);
  return long === null
    ? null
    : {
        input: input.base,
        cachedInput: cached.base,
        output: output?.base ?? 0,
        ...long,
        asOf: AS_OF,
      };
}

interface TokenPrice {
  /** Ticks per token. */
  base: number;
  /** The dearer price, and the number of prompt tokens from which on it holds. */
  long: { from: number; price: number } | null;
}

/** The table has USD per million tokens, with tiers that begin above `start`. Null: not in the table. */
function perToken(price: GenaiPrices.ModelPrice[string]): TokenPrice | null {
  if (price === undefined) return null;
  if (typeof price === "number") return { base: usdToTicks(price) / 1e6, long: null };
  const tier = price.tiers[0];
  const long = tier === undefined ? null : { from: tier.start + 1, price: usdToTicks(tier.price) / 1e6 };
  return { base: usdToTicks(price.base) / 1e6, long };
}

function longContext(
  input: TokenPrice,
  output: TokenPrice | null,
): Pick<Price, "longFrom" | "longFactor" | "longOutputFactor"> | null {
  if (input.long === null) return { longFrom: null, longFactor: 1 };
  if (input.base === 0) return null;
  const longOutputFactor = output?.long == null || output.base === 0 ? 1 : output.long.price / output.base;
  return { longFrom: input.long.from, longFactor: input.long.price / input.base, longOutputFactor };
}
