/**
 * Which request parameters a model's service takes. Services and models differ: newer ones want
 * `max_completion_tokens` and refuse `max_tokens`, reasoning models refuse a temperature, small servers a
 * seed, some templates any role but the user's. A refusal names the parameter; the adapter then asks once without it and remembers. Pure.
 */

/** The parameters that a service may refuse. */
export interface Dialect {
  readonly limitName: 'max_tokens' | 'max_completion_tokens';
  readonly temperature: boolean;
  readonly seed: boolean;
  /** Whose role says what the marks in the prompt mean: above the user's, or the user's own where there is no other. */
  readonly instructionsRole: 'system' | 'developer' | 'user';
  /** How a structured reply is asked for: by its schema, as any JSON object, or by the words of the message alone. */
  readonly responseFormat: 'json_schema' | 'json_object' | 'none';
}

/** What a service said when it refused a request. */
export interface Refusal {
  readonly status: number | undefined;
  readonly code: string;
  readonly param: string;
  readonly message: string;
}

/** Words with which services say that they do not know a parameter, as against that its value is out of bounds. */
const UNKNOWN_PARAMETER =
  /unsupported|not support|unrecogni[sz]ed|unknown|unexpected|not permitted|not allowed|extra|only the default|only .{0,40}\broles?\b|roles must alternate/i;

/** Words with which services refuse a form of reply, in the parameter's name or the message. */
const RESPONSE_FORMAT =
  /response[_ ]?format|json[_ -]?schema|json[_ -]?object|json[_ -]?mode|json_validate|structured[_ -]?outputs?|guided|grammar|schema/i;

/** Statuses with which services refuse it: some that have none of it call it unavailable, or fail over the schema. */
const FORMAT_STATUSES = new Set([400, 404, 415, 422, 500, 501]);

/** Each parameter's names in a refusal, and the dialect without it. */
const CONCESSIONS: readonly {
  readonly names: RegExp;
  readonly applies: (dialect: Dialect) => boolean;
  readonly concede: (dialect: Dialect) => Dialect;
}[] = [
  {
    names: /\bmax_tokens\b/,
    applies: (dialect) => dialect.limitName === 'max_tokens',
    concede: (dialect) => ({ ...dialect, limitName: 'max_completion_tokens' }),
  },
  {
    names: /\bmax_completion_tokens\b/,
    applies: (dialect) => dialect.limitName === 'max_completion_tokens',
    concede: (dialect) => ({ ...dialect, limitName: 'max_tokens' }),
  },
  {
    names: /\btemperature\b/,
    applies: (dialect) => dialect.temperature,
    concede: (dialect) => ({ ...dialect, temperature: false }),
  },
  {
    names: /\bseed\b/,
    applies: (dialect) => dialect.seed,
    concede: (dialect) => ({ ...dialect, seed: false }),
  },
  {
    names: /\broles?\b/i,
    applies: (dialect) => dialect.instructionsRole !== 'user',
    concede: (dialect) => ({
      ...dialect,
      instructionsRole: dialect.instructionsRole === 'system' ? 'developer' : 'user',
    }),
  },
];

/** Most concessions to one service: one a parameter, two of the role, and two of the reply's form. */
export const MAX_CONCESSIONS = 7;

/**
 * The dialect to try after a refusal, or undefined where the refusal is not about a parameter. A parameter
 * that both names of the limit are refused for would go back and forth: the caller asks no dialect twice.
 */
export function buildConcession(dialect: Dialect, refusal: Refusal): Dialect | undefined {
  const format = concedeFormat(dialect, refusal);
  if (format !== undefined) return format;
  if (refusal.status !== 400 && refusal.status !== 422) return undefined;
  const said = `${refusal.code} ${refusal.message}`;
  if (!UNKNOWN_PARAMETER.test(said)) return undefined;
  const names = (concession: (typeof CONCESSIONS)[number]) =>
    refusal.param ? concession.names.test(refusal.param) : concession.names.test(refusal.message);
  const concession = CONCESSIONS.find((candidate) => candidate.applies(dialect) && names(candidate));
  return concession?.concede(dialect);
}

/** A form of reply is a value that a service lacks, or cannot make of this schema: whatever it says of it is a refusal. */
function concedeFormat(dialect: Dialect, { status, code, param, message }: Refusal): Dialect | undefined {
  if (dialect.responseFormat === 'none' || status === undefined || !FORMAT_STATUSES.has(status))
    return undefined;
  const isNamed = RESPONSE_FORMAT.test(param) || (param === '' && RESPONSE_FORMAT.test(`${code} ${message}`));
  if (!isNamed) return undefined;
  return { ...dialect, responseFormat: dialect.responseFormat === 'json_schema' ? 'json_object' : 'none' };
}
