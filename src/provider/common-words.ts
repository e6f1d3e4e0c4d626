/** What more than one vendor says, each in one place. */
export const PER_DAY = /(?:requests|tokens) per day/i;
export const AT_CAPACITY = /at capacity/i;
export const SPENDING_LIMIT = /spend(?:ing)? limit/i;
export const MODEL_IS_GONE =
  /\bmodel:? \S{1,120} (?:does not exist|not found|is not (?:available|supported)|is retired|(?:was|has been) deprecated)/i;
