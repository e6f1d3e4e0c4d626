/** What more than one vendor says, each in one place. */
export const PER_DAY = /(?:requests|tokens) per day/i;
export const AT_CAPACITY = /at capacity/i;
export const SPENDING_LIMIT = /spend(?:ing)? limit/i;
export const MODEL_IS_GONE =
  /\bmodel:? \S{1,120} (?:does not exist|not found|is not (?:available|supported)|is retired|(?:was|has been) deprecated)/i;
/** In a 404 or 405: what a router says of a path that nobody serves, FastAPI (vLLM), llama.cpp, Azure, OpenAI, xAI, Kong, Fastify. */
export const NO_SUCH_PATH =
  /^(?:|(?:file |page |resource )?not found|method not allowed|invalid url\b.*|cannot post\b.*|no route matched\b.*|route \S+ not found|.*\bcheck the url\b.*)\.?$/i;
