/**
 * Negotiates the request parameters that a model's service supports. Services and models differ: newer ones require
 * `max_completion_tokens` and refuse `max_tokens`, reasoning models refuse a temperature, small servers a seed, some
 * templates any role except the user's. A refusal names the parameter; the adapter then asks once without it and
 * remembers that. Pure.
 */

/** The parameters that a service may refuse. */
export interface Dialect {
  readonly limitName: 'max_tokens' | 'max_completion_tokens';
  readonly temperature: boolean;
  readonly seed: boolean;
  /** The role of the message that explains the marks in the prompt; `user` if the service has no other. */
  readonly instructionsRole: 'system' | 'developer' | 'user';
  /** How a structured reply is requested: by its schema, as any JSON object, or only in the words of the message. */
  readonly responseFormat: 'json_schema' | 'json_object' | 'none';
}

/** A service's refusal of a request. */
export interface Refusal {
  readonly status: number | undefined;
  readonly code: string;
  readonly param: string;
  readonly message: string;
}

/** Words of services for an unknown parameter, as opposed to a value out of range. */
const UNKNOWN_PARAMETER =
  /unsupported|not support|unrecogni[sz]ed|unknown|unexpected|not permitted|not allowed|extra|only the default|only .{0,40}\broles?\b|roles must alternate/i;

/** Words of services that refuse a response format, in the parameter's name or the message. */
const RESPONSE_FORMAT =
  /response[_ ]?format|json[_ -]?schema|json[_ -]?object|json[_ -]?mode|json_validate|structured[_ -]?outputs?|guided|grammar|schema/i;

/**
 * Statuses with which services refuse a format: some without support report it as unavailable, or fail on the schema.
 */
const FORMAT_STATUSES = new Set([400, 404, 415, 422, 500, 501]);

/** The names of each parameter in refusals, and the dialect without it. */
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

/** Most concessions to one service: one per parameter, two for the role, and two for the response format. */
export const MAX_CONCESSIONS = 7;

/**
 * Builds the dialect to try after a refusal; undefined if the refusal is not about a parameter. If a service refuses
 * both names of the limit, dialects alternate, so the caller must not try a dialect twice.
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

/** Any error about the response format is a refusal: the service does not support it, or not with this schema. */
function concedeFormat(dialect: Dialect, { status, code, param, message }: Refusal): Dialect | undefined {
  if (dialect.responseFormat === 'none' || status === undefined || !FORMAT_STATUSES.has(status))
    return undefined;
  const isNamed = RESPONSE_FORMAT.test(param) || (param === '' && RESPONSE_FORMAT.test(`${code} ${message}`));
  if (!isNamed) return undefined;
  return { ...dialect, responseFormat: dialect.responseFormat === 'json_schema' ? 'json_object' : 'none' };
}
