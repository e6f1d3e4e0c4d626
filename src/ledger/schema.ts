/** "SLUI": marks an SQLite file as ours. */
export const APPLICATION_ID = 0x534c5549;

/** Counts up with every change of the tables that an older program could not read. */
export const SCHEMA_VERSION = 5;

const PLAN_COLUMNS = `
  idx INTEGER PRIMARY KEY,
  line INTEGER NOT NULL,
  start INTEGER NOT NULL,
  size INTEGER NOT NULL,
  identity BLOB NOT NULL,
  given INTEGER NOT NULL,
  request BLOB NOT NULL,
  source BLOB NOT NULL,
  custom_id TEXT,
  lane INTEGER NOT NULL,
  state INTEGER NOT NULL,
  answer INTEGER,
  attempts INTEGER NOT NULL,
  cost INTEGER,
  risk INTEGER NOT NULL,
  unpriced INTEGER NOT NULL,
  asked BLOB`;

/** A plan under the given name: the next one is made beside the current one and takes its place. */
export function createPlan(name: string): string {
  return `CREATE TABLE ${name}(${PLAN_COLUMNS})`;
}

const PIECES = "CREATE TABLE piece(id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);";

/** What each schema added to the one before it. */
const ADDED: Readonly<Record<number, string>> = {
  2: PIECES,
  3: "ALTER TABLE answer ADD COLUMN leader INTEGER;",
  4: "ALTER TABLE attempt ADD COLUMN first_token INTEGER;",
  5: "ALTER TABLE plan ADD COLUMN asked BLOB; ALTER TABLE retired ADD COLUMN asked BLOB;",
};

/** What makes a ledger of this schema one of today. */
export function upgradeFrom(version: number): string {
  const missing = Object.entries(ADDED).filter(([schema]) => Number(schema) > version);
  return [...missing.map(([, sql]) => sql), `PRAGMA user_version = ${SCHEMA_VERSION};`].join(" ");
}

/**
 * meta     one row per fact about the ledger itself: `book`, `settings`, `holder`
 * word     strings that come again and again
 * plan     the current plan; `answer` points to the newest answer, whose cost is repeated here so that questions
 *          about money need not walk through the bodies; `risk` and `unpriced` are what this row's own lost
 *          attempts may cost; `asked` is the request a kept answer was given to (`--changed keep`), null where it is
 *          the row's own
 * retired  rows that left the plan with something worth keeping
 * answer   every outcome ever received, never changed; its number is the settle sequence. That of a copy has no body:
 *          `leader` is the number of the answer whose body it shares
 * piece    long bodies, in pieces; `body` of the answer is then their length
 * attempt  every exchange, in order: an intent (ending 0) that is completed in place. The n-th attempt at a row is
 *          its n-th by id, so no counter has to be read to write one
 */
export const SCHEMA = `
CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE word(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
${createPlan("plan")};
CREATE TABLE retired(
  id INTEGER PRIMARY KEY,
  identity BLOB NOT NULL,
  given INTEGER NOT NULL,
  request BLOB NOT NULL,
  source BLOB NOT NULL,
  custom_id TEXT,
  state INTEGER NOT NULL,
  answer INTEGER,
  attempts INTEGER NOT NULL,
  cost INTEGER,
  risk INTEGER NOT NULL,
  unpriced INTEGER NOT NULL,
  plan INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  asked BLOB
);
CREATE TABLE answer(
  id INTEGER PRIMARY KEY,
  plan INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  status INTEGER NOT NULL,
  http INTEGER,
  request_id TEXT,
  error_code INTEGER,
  error_message TEXT,
  finish INTEGER,
  input_tokens INTEGER,
  cached_tokens INTEGER,
  output_tokens INTEGER,
  reasoning_tokens INTEGER,
  total_tokens INTEGER,
  cost INTEGER,
  cost_source INTEGER,
  simulated INTEGER NOT NULL,
  origin INTEGER,
  model INTEGER,
  wall INTEGER NOT NULL,
  body BLOB,
  leader INTEGER
);
CREATE TABLE attempt(
  id INTEGER PRIMARY KEY,
  plan INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  ending INTEGER NOT NULL,
  code INTEGER,
  http INTEGER,
  cost INTEGER,
  at_risk INTEGER,
  intended INTEGER NOT NULL,
  ended INTEGER,
  latency INTEGER,
  first_token INTEGER
);
${PIECES}
PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${SCHEMA_VERSION};
`;
