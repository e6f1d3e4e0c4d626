const OPENING =
  '{"id":"bench","object":"chat.completion","created":1764000000,"model":"bench","choices":[{"index":0,' +
  '"message":{"role":"assistant","content":"';
const CLOSING =
  '"},"finish_reason":"stop"}],"usage":{"prompt_tokens":210,"completion_tokens":190,"total_tokens":400}}';

const LARGEST_PIECE = 1 << 16;
const FILLER = Buffer.from("A long answer is made of many short words. ".repeat(1600)).subarray(
  0,
  LARGEST_PIECE,
);

/** A chat completion of exactly so many bytes, in pieces small enough to be made while they are sent. */
export function* answerPieces(bytes: number): Generator<Buffer> {
  yield Buffer.from(OPENING);
  let left = Math.max(0, bytes - OPENING.length - CLOSING.length);
  for (; left > FILLER.length; left -= FILLER.length) yield FILLER;
  yield FILLER.subarray(0, left);
  yield Buffer.from(CLOSING);
}

/** Answers up to this length are kept whole and sent in one write. */
export const WHOLE_UP_TO = 1 << 16;

export function wholeAnswer(bytes: number): Buffer {
  return Buffer.concat([...answerPieces(bytes)]);
}
