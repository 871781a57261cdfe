/**
 * How a structured reply is requested: by schema, as any JSON, or only in words; refusals of a service are remembered.
 */
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

/** The response formats requested from the server, in order. */
function formats(): unknown[] {
  return server.requests.map(
    ({ body }) => (body.response_format as { type?: string } | undefined)?.type ?? 'none',
  );
}

/** A service that supports only these formats, with the given refusal. */
function takesOnly(taken: readonly string[], refusal: Behaviour): Behaviour {
  return (request, response) => {
    const format = (request.body.response_format as { type?: string } | undefined)?.type ?? 'none';
    (taken.includes(format) ? reply('{}') : refusal)(request, response);
  };
}

describe('the format of a structured reply', () => {
  it('is requested by a strict schema that requires every property and allows no other', async () => {
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

  it('falls back to the words of the message if a service supports neither', async () => {
    server.play(takesOnly(['none'], fault(400, { message: "Unknown parameter: 'response_format'." })));
    const requested = model();
    await requested.ask(QUESTION);
    expect(formats()).toEqual(['json_schema', 'json_object', 'none']);
    expect(requested.parameters).toMatchObject({ responseFormat: 'none' });
  });

  it('is not requested for a question without one, and another refusal does not affect it', async () => {
    server.play(fault(400, { message: 'System role not supported', param: null }), reply('ok'), reply('{}'));
    const requested = model();
    const { schema: _, ...free } = QUESTION;
    await requested.ask(free);
    expect(requested.parameters).not.toHaveProperty('responseFormat');
    await requested.ask(QUESTION);
    expect(formats()).toEqual(['none', 'none', 'json_schema']);
  });

  it('is not changed by an outage', async () => {
    server.play(fault(503, { message: 'response_format workers are overloaded' }));
    await expect(model().ask(QUESTION)).rejects.toThrow(ModelUnavailableError);
    expect(formats()).toEqual(['json_schema']);
  });
});
