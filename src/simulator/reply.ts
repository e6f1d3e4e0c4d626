import { answerFor, digestOf, echoTokens } from "./answer.ts";
import type { Ask } from "./ask.ts";
import type { AnswerUsage, Dialect } from "./dialect.ts";
import { billedTicks } from "./published-xai.ts";

/** One choice of an answer. */
interface Choice {
  text: string;
  tokens: number;
  finishReason: "stop" | "length";
}

/** What the simulated model answers, before it is written down in an endpoint's form. */
export interface Reply {
  id: string;
  /** Seconds since 1970. */
  created: number;
  /** The model that answered, aliases resolved. */
  model: string;
  choices: readonly Choice[];
  usage: AnswerUsage;
}

/** Lengths drawn for one request, in tokens. */
export interface Drawn {
  outputTokens: number;
  reasoningTokens: number;
}

/** Makes the answer: pure, from what was asked and drawn. */
export function makeReply(
  ask: Ask,
  drawn: Drawn,
  dialect: Dialect,
  facts: { id: string; created: number; model: string },
): Reply {
  const { choices, reasoning } = ask.endpoint === "embeddings" ? NOTHING : makeChoices(ask, drawn, dialect);
  const visible = choices.reduce((sum, choice) => sum + choice.tokens, 0);
  const ticks = billedTicks(facts.model, ask.promptTokens, visible + reasoning);
  return { ...facts, choices, usage: { prompt: ask.promptTokens, visible, reasoning, ticks } };
}

const NOTHING = { choices: [], reasoning: 0 };

function makeChoices(ask: Ask, drawn: Drawn, dialect: Dialect): { choices: Choice[]; reasoning: number } {
  const cap = ask.maxTokens ?? Number.POSITIVE_INFINITY;
  const wished = ask.reasons ? drawn.reasoningTokens : 0;
  const reasoning = dialect.capsReasoning ? Math.min(wished, cap) : wished;
  const room = dialect.capsReasoning ? cap - reasoning : cap;
  const choices: Choice[] = [];
  for (let choice = 0; choice < ask.samples; choice++) {
    const wanted = Math.max(drawn.outputTokens, echoTokens(ask.prompt, choice));
    const tokens = Math.min(wanted, room);
    const finishReason = wanted > room ? "length" : "stop";
    choices.push({ text: answerFor(ask.prompt, tokens, choice), tokens, finishReason });
  }
  return { choices, reasoning: reasoning * ask.samples };
}

/** The body of an answer that is not streamed, as JSON. */
export function bodyOf(ask: Ask, reply: Reply, dialect: Dialect): string {
  if (ask.endpoint === "chat") return chatBody(reply, dialect);
  return ask.endpoint === "responses" ? responseBody(reply) : embeddingBody(ask, reply);
}

function chatBody(reply: Reply, dialect: Dialect): string {
  let choices = "";
  for (const [index, choice] of reply.choices.entries()) {
    if (index > 0) choices += ",";
    choices +=
      `{"index":${index},"message":{"role":"assistant","content":${JSON.stringify(choice.text)},"refusal":null}` +
      `,"finish_reason":"${choice.finishReason}"}`;
  }
  return (
    `{"id":"${reply.id}","object":"chat.completion","created":${reply.created}` +
    `,"model":${JSON.stringify(reply.model)},"choices":[${choices}]` +
    `,"usage":${dialect.chatUsage(reply.usage)},"system_fingerprint":"fp_simulator"}`
  );
}

/** In the Responses API `output_tokens` holds the reasoning in every dialect. */
function responseBody({ id, created, model, choices, usage }: Reply): string {
  const cut = choices[0]?.finishReason === "length";
  const status = cut ? "incomplete" : "completed";
  const output = usage.visible + usage.reasoning;
  const content = [{ type: "output_text", text: choices[0]?.text ?? "", annotations: [] }];
  return JSON.stringify({
    id,
    object: "response",
    created_at: created,
    status,
    error: null,
    incomplete_details: cut ? { reason: "max_output_tokens" } : null,
    model,
    output: [{ id: `msg-${id}`, type: "message", status, role: "assistant", content }],
    usage: {
      input_tokens: usage.prompt,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: output,
      output_tokens_details: { reasoning_tokens: usage.reasoning },
      total_tokens: usage.prompt + output,
      ...(usage.ticks === null ? {} : { cost_in_usd_ticks: usage.ticks }),
    },
  });
}

function embeddingBody({ embedding }: Ask, reply: Reply): string {
  const { inputs, dimensions, base64 } = embedding ?? { inputs: [], dimensions: 0, base64: false };
  return JSON.stringify({
    object: "list",
    data: inputs.map((text, index) => {
      const vector = vectorFor(text, dimensions);
      return {
        object: "embedding",
        index,
        embedding: base64 ? Buffer.from(vector.buffer).toString("base64") : [...vector],
      };
    }),
    model: reply.model,
    usage: { prompt_tokens: reply.usage.prompt, total_tokens: reply.usage.prompt },
  });
}

/** A unit vector made from the text, so that a mix-up of rows shows. */
export function vectorFor(text: string, dimensions: number): Float32Array {
  let state = Number.parseInt(digestOf(text), 16);
  const vector = Float32Array.from({ length: dimensions }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2147483648 - 1;
  });
  const norm = Math.hypot(...vector) || 1;
  return vector.map((value) => value / norm);
}
