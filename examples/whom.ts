// Whom the examples ask: xAI when XAI_API_KEY is set, else a simulator, said openly. Your own code needs none of this.
const simulator = process.env.SIMULATOR_URL;
const hasKey = Boolean(process.env.XAI_API_KEY);

if (!hasKey) console.error("No XAI_API_KEY: a simulator makes the answers up.");

export const whom = hasKey ? { provider: "xai" } : { provider: "simulator", baseURL: simulator };
