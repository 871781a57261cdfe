/**
 * The event of a new version: a poller puts it on the bus, others may do so too, and
 * the rule behind the bus starts one run for it. Pure; the schema is the source of the type and of the
 * published JSON schema.
 */
import * as z from 'zod/mini';

/** The event's `detail-type`. */
export const VERSION_PUBLISHED = 'dandiset.version.published';

/** The revision of the detail's form. */
export const EVENT_SCHEMA_VERSION = 1;

/**
 * The event's `detail`. Only the first three fields are required of other senders; unknown fields are
 * accepted and ignored.
 */
export const VersionPublished = z.object({
  schemaVersion: z.literal(EVENT_SCHEMA_VERSION),
  /** Six digits. */
  dandisetId: z.string().check(z.regex(/^[0-9]{6}$/)),
  /** `0.YYMMDD.HHMM`, UTC. */
  version: z.string().check(z.regex(/^0\.[0-9]{6}\.[0-9]{4}$/)),
  /** Manifests of the version in the archive's bucket: all, some, or none. The run falls back to the API. */
  manifests: z.optional(z.enum(['complete', 'incomplete', 'absent'])),
  /** When the poller first saw it; not when it was published. */
  foundAt: z.optional(z.iso.datetime()),
});
export type VersionPublished = z.infer<typeof VersionPublished>;

/** The JSON schema published as `docs/events/dandiset.version.published.schema.json` (draft 2020-12). */
export function buildVersionPublishedSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(VersionPublished, { io: 'input' });
  return {
    $schema,
    title: VERSION_PUBLISHED,
    description:
      'The detail of the event that a version of a Dandiset was published. It starts one run over that version; a repeated event is harmless.',
    ...schema,
  };
}
