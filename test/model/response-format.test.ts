/** How a structured reply is asked for: by schema, as any JSON, by words alone; what a service refuses is learned once. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ModelUnavailableError } from '../../shared/errors.ts';
import { OpenAiModel } from '../../shared/model/openai-model.ts';
import { SUMMARY_SCHEMA } from '../../shared/prompt/structured-schema.ts';
import { type Behaviour, fault, type OpenAiServer, reply, startOpenAiServer } from '../openai-server.ts';

let server: OpenAiServer;
beforeAll(async () => {
  server = await startOpenAiServer();
});
afterAll(() => server.close());
beforeEach(() => {
  (server.requests as unknown[]).length = 0;
});

const QUESTION = { instructions: 'Write JSON.', content: 'Facts.', tokens: 10, schema: SUMMARY_SCHEMA };

function model(): OpenAiModel {
  return new OpenAiModel({ modelId: 'm', baseUrl: server.baseUrl, timeoutMs: 60_000, maxOutputTokens: 100 });
}

/** The forms of reply that the server was asked for, in order. */
function formats(): unknown[] {
  return server.requests.map(
    ({ body }) => (body.response_format as { type?: string } | undefined)?.type ?? 'none',
  );
}

/** A service that takes only these forms, and words its refusals so. */
function takesOnly(taken: readonly string[], refusal: Behaviour): Behaviour {
  return (request, response) => {
    const format = (request.body.response_format as { type?: string } | undefined)?.type ?? 'none';
    (taken.includes(format) ? reply('{}') : refusal)(request, response);
  };
}

describe('the form of a structured reply', () => {
  it('is asked for by a strict schema that requires every property and allows no other', async () => {
    server.play(reply('{}'));
    const requested = model();
    await requested.ask(QUESTION);
    expect(server.requests[0]?.body.response_format).toEqual({
      type: 'json_schema',
      json_schema: { name: 'summary', strict: true, schema: SUMMARY_SCHEMA.schema },
    });
    const isStrict = (node: unknown): boolean => {
      if (typeof node !== 'object' || node === null) return true;
      const { type, properties, required, additionalProperties } = node as Record<string, unknown>;
      const own =
        type !== 'object' ||
        (additionalProperties === false &&
          JSON.stringify(required) === JSON.stringify(Object.keys(properties as object)));
      return own && Object.values(node).every(isStrict);
    };
    expect(isStrict(SUMMARY_SCHEMA.schema)).toBe(true);
    expect(requested.parameters).toMatchObject({ responseFormat: 'json_schema' });
  });

  it.each([
    [
      "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.",
      400,
      null,
    ],
    ['This response_format type is unavailable now', 400, null],
    [
      "Invalid schema for response_format 'summary': 'additionalProperties' is required",
      400,
      'response_format',
    ],
    ['body.response_format.type: Input should be "text" or "json_object"', 422, null],
    ['failed to parse grammar', 400, null],
    ['json_schema: not implemented', 501, null],
    ['Unrecognized request argument supplied: response_format', 400, null],
  ] as const)('falls back to any JSON after “%s”, and remembers', async (message, status, param) => {
    server.play(takesOnly(['json_object', 'none'], fault(status, { message, param })));
    const requested = model();
    await requested.ask(QUESTION);
    await requested.ask(QUESTION);
    expect(formats()).toEqual(['json_schema', 'json_object', 'json_object']);
    expect(requested.parameters).toMatchObject({ responseFormat: 'json_object' });
  });

  it('falls back to the words of the message where a service has neither', async () => {
    server.play(takesOnly(['none'], fault(400, { message: "Unknown parameter: 'response_format'." })));
    const requested = model();
    await requested.ask(QUESTION);
    expect(formats()).toEqual(['json_schema', 'json_object', 'none']);
    expect(requested.parameters).toMatchObject({ responseFormat: 'none' });
  });

  it('is not asked of a question that has none, and another refusal leaves it to be found out', async () => {
    server.play(fault(400, { message: 'System role not supported', param: null }), reply('ok'), reply('{}'));
    const requested = model();
    const { schema: _, ...free } = QUESTION;
    await requested.ask(free);
    expect(requested.parameters).not.toHaveProperty('responseFormat');
    await requested.ask(QUESTION);
    expect(formats()).toEqual(['none', 'none', 'json_schema']);
  });

  it('has nothing to do with an outage', async () => {
    server.play(fault(503, { message: 'response_format workers are overloaded' }));
    await expect(model().ask(QUESTION)).rejects.toThrow(ModelUnavailableError);
    expect(formats()).toEqual(['json_schema']);
  });
});
