/** The event bus in AWS: the only user of the EventBridge client. */
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { EventBus, EventOutcome } from './event-bus.ts';
import { VERSION_PUBLISHED, type VersionPublished } from './version-published.ts';

/** EventBridge takes ten entries per request (API reference of Amazon EventBridge, PutEvents). */
const ENTRIES_A_REQUEST = 10;

/** Options of the bus. */
export interface EventBridgeBusOptions {
  /** The bus's name or ARN. */
  readonly busName: string;
  /** The events' `source`, by which a rule can identify the sender. */
  readonly source: string;
  /** An endpoint in place of AWS's own, with credentials; for tests. */
  readonly client?: EventBridgeClient;
}

/** An EventBridge bus. The client does not retry: the next poll announces rejected events again. */
export class EventBridgeBus implements EventBus {
  readonly name: string;
  readonly batchSize = ENTRIES_A_REQUEST;
  readonly #source: string;
  readonly #client: EventBridgeClient;

  constructor({ busName, source, client }: EventBridgeBusOptions) {
    this.name = busName;
    this.#source = source;
    this.#client = client ?? new EventBridgeClient({ maxAttempts: 1 });
  }

  async put(events: readonly VersionPublished[], signal?: AbortSignal): Promise<readonly EventOutcome[]> {
    const command = new PutEventsCommand({
      Entries: events.map((event) => ({
        EventBusName: this.name,
        Source: this.#source,
        DetailType: VERSION_PUBLISHED,
        Detail: JSON.stringify(event),
        Resources: [`dandi:${event.dandisetId}/${event.version}`],
      })),
    });
    try {
      const response = await this.#client.send(command, signal === undefined ? {} : { abortSignal: signal });
      return events.map((_, at) => buildOutcome(response.Entries?.[at]));
    } catch (error) {
      signal?.throwIfAborted();
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      return events.map(() => ({ delivered: false, reason }));
    }
  }
}

/** An entry may fail by itself in a successful response. */
function buildOutcome(
  entry:
    | { EventId?: string | undefined; ErrorCode?: string | undefined; ErrorMessage?: string | undefined }
    | undefined,
): EventOutcome {
  if (entry?.EventId !== undefined && entry.ErrorCode === undefined) return { delivered: true };
  const { ErrorCode = 'no response', ErrorMessage = 'EventBridge did not report its outcome' } = entry ?? {};
  return { delivered: false, reason: `${ErrorCode}: ${ErrorMessage}` };
}
