import { UsageError } from "../model/errors.ts";
import type { Provider } from "../model/provider.ts";
import { providerAt, providerNamed, providerNames } from "../provider/index.ts";
import { type Address, isLoopback, parseAddress } from "./address.ts";

/** What a user says about where to ask and with which key. */
export interface AccountChoice {
  provider?: string | undefined;
  baseURL?: string | undefined;
  /** The key itself (library). */
  apiKey?: string | undefined;
  /** The variable that holds it (command line); naming it allows the key to go to any address. */
  apiKeyEnv?: string | undefined;
  tier?: number | undefined;
  /** Allows an address without TLS on another machine. */
  insecure?: boolean | undefined;
}

export interface ChosenAccount {
  provider: Provider;
  address: Address;
  apiKey: string | null;
  tier: number;
}

const DEFAULT_PROVIDER = "xai";
/** What an address without a provider is taken for: no price, no published limits, no key unless named. */
const ADDRESS_ONLY_PROVIDER = "compatible";

/** Chooses provider, address and key; refuses in one sentence with the remedy. `env` is the process's environment. */
export function chooseAccount(
  choice: AccountChoice,
  env: Readonly<Record<string, string | undefined>>,
): ChosenAccount {
  const named = chooseProvider(choice);
  const baseUrl = choice.baseURL ?? named.baseUrl;
  if (baseUrl === null) {
    throw new UsageError(`The provider ${named.name} needs an address: add --base-url https://host/v1.`);
  }
  const address = parseAddress(baseUrl);
  const provider = providerAt(address.host, named);
  if (address.origin.startsWith("http:") && !isLoopback(address.host) && choice.insecure !== true) {
    throw new UsageError(
      `${address.text} is not encrypted: whoever is on the way could read key and prompts; use https://, or allow it with --insecure.`,
    );
  }
  if (choice.tier !== undefined && (provider.highestTier === null || choice.tier > provider.highestTier)) {
    throw new UsageError(`--tier: ${provider.title} publishes no limits for tier ${choice.tier}.`);
  }
  return { provider, address, apiKey: chooseKey(choice, provider, address, env), tier: choice.tier ?? 0 };
}

function chooseProvider(choice: AccountChoice): Provider {
  const name = choice.provider ?? (choice.baseURL === undefined ? DEFAULT_PROVIDER : ADDRESS_ONLY_PROVIDER);
  const provider = providerNamed(name);
  if (provider === null) {
    throw new UsageError(`--provider: "${name}" is not known; choose one of ${providerNames.join(", ")}.`);
  }
  return provider;
}

function chooseKey(
  choice: AccountChoice,
  provider: Provider,
  address: Address,
  env: Readonly<Record<string, string | undefined>>,
): string | null {
  if (choice.apiKey !== undefined) return usableKey(choice.apiKey.trim(), "apiKey");
  if (choice.apiKeyEnv !== undefined) {
    const key = env[choice.apiKeyEnv]?.trim();
    if (key) return usableKey(key, choice.apiKeyEnv);
    if (!isVariable(choice.apiKeyEnv)) {
      throw new UsageError(
        "--api-key-env takes the name of the variable that holds the key, such as MY_API_KEY.",
      );
    }
    throw new UsageError(
      `The variable ${choice.apiKeyEnv} (--api-key-env) is not set; ${typeThis(choice.apiKeyEnv, env)} first`,
    );
  }
  const goesToItsOwnHost = provider.hosts.includes(address.host);
  if (provider.apiKeyEnv === null || !goesToItsOwnHost) return null;
  const key = env[provider.apiKeyEnv]?.trim();
  if (key) return usableKey(key, provider.apiKeyEnv);
  throw new UsageError(missingKey(provider, provider.apiKeyEnv, env));
}

/** One sentence: the line to type in this shell, keys that are there for others, and the way without any. */
function missingKey(
  provider: Provider,
  variable: string,
  env: Readonly<Record<string, string | undefined>>,
): string {
  const others = providerNames.flatMap((name) => {
    const other = providerNamed(name);
    const found =
      other !== null && other.name !== provider.name && other.apiKeyEnv !== null && env[other.apiKeyEnv];
    return found ? [`ask with the ${other.apiKeyEnv} that is set: --provider ${other.name}`] : [];
  });
  const remedies = [typeThis(variable, env), ...others];
  return `No key for ${provider.title}, as ${variable} is not set; ${remedies.join(", ")}, or rehearse without a key: --provider simulator`;
}

/** What is longer, or no name at all, may be the key itself: it must not be repeated. */
function isVariable(name: string): boolean {
  return /^[A-Za-z_]\w{0,18}$/.test(name) || /^[A-Z_][A-Z0-9_]{0,40}$/.test(name);
}

/** The line to type, in the shell at hand. */
function typeThis(variable: string, env: Readonly<Record<string, string | undefined>>): string {
  const shell = env.SHELL ?? "";
  if (shell.endsWith("fish")) return `type \`set -x ${variable} your-key\``;
  if (env.PSModulePath !== undefined && shell === "") return `type \`$env:${variable} = "your-key"\``;
  return `type \`export ${variable}=your-key\``;
}

/** A key is one line of visible ASCII, or the HTTP header that carries it would be malformed. */
function usableKey(key: string, variable: string): string {
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw new UsageError(
    `The key in ${variable} holds spaces or characters that a header cannot carry; copy it again.`,
  );
}
