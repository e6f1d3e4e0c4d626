import { type Clock, systemClock } from "../../src/model/clock.ts";
import { eventOf, sendJson, serve } from "./fetch-server.ts";

/** As much of Anthropic's Messages API as its SDK needs; beyond `rps` requests in a second it turns away. */
export async function serveMessages(
  rps = Number.POSITIVE_INFINITY,
  clock: Pick<Clock, "now"> = systemClock,
): Promise<{ baseURL: string; throttled(): number }> {
  let throttled = 0;
  let admitted: number[] = [];
  const { baseURL } = await serve((response, request) => {
    const { messages, model, stream } = JSON.parse(request.body.toString());
    const now = clock.now();
    admitted = admitted.filter((time) => time > now - 1000);
    if (admitted.length >= rps) {
      throttled += 1;
      const error = { type: "rate_limit_error", message: "This request would exceed the rate limit" };
      sendJson(response, 429, { type: "error", error }, { "retry-after": "1" });
      return;
    }
    admitted.push(now);
    const text = `Echo: ${messages[0].content}`;
    const message = { id: "msg_1", type: "message", role: "assistant", model, stop_reason: "end_turn" };
    if (stream !== true) {
      const content = [{ type: "text", text }];
      sendJson(response, 200, { ...message, content, usage: { input_tokens: 9, output_tokens: 4 } });
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    const started = {
      ...message,
      stop_reason: null,
      content: [],
      usage: { input_tokens: 9, output_tokens: 1 },
    };
    const events = [
      { type: "message_start", message: started },
      { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
      { type: "content_block_delta", index: 0, delta: { type: "text_delta", text } },
      { type: "content_block_stop", index: 0 },
      { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 4 } },
      { type: "message_stop" },
    ];
    response.end(events.map((event) => `event: ${event.type}\n${eventOf(event)}`).join(""));
  });
  return { baseURL, throttled: () => throttled };
}
