/**
 * What is kept beside each header, and what it is made of: the outline that grouping needs, and the facts
 * that the facts over all files are made of. Made once for each content, wherever a header is read.
 */
import * as z from 'zod/mini';
import { buildFileFacts } from '../facts/build-file-facts.ts';
import { FACTS_REVISION, FileFacts } from '../facts/file-facts.ts';
import { buildSignatures, SIGNATURE_REVISION } from '../file-types/signature.ts';
import { collectVariants, type FileVariants } from '../file-types/variants.ts';
import { findExtensions } from '../header/namespaces.ts';
import type { NwbHeader } from '../header/nwb-header.ts';
import { FileOutline } from './payloads.ts';

/** What the digest of a header is made by. One of another revision is built again from the kept header. */
export const DIGEST_REVISION = `${SIGNATURE_REVISION}.${FACTS_REVISION}`;

const extent = z.readonly(z.tuple([z.number(), z.number()]));

/** Follows `file-types/variants.ts`. */
const FileVariantsSchema = z.object({
  variants: z.array(
    z.object({
      pattern: z.string(),
      count: z.optional(z.number()),
      names: z.optional(z.string()),
      descriptions: z.optional(z.readonly(z.array(z.string()))),
      shape: z.optional(z.readonly(z.array(extent))),
      dtype: z.optional(z.string()),
    }),
  ),
  leftOut: z.number(),
});

const HeaderDigestSchema = z.extend(FileOutline, {
  revision: z.literal(DIGEST_REVISION),
  facts: FileFacts,
  /** The names, descriptions and extents behind the masked patterns: what may differ from other files of its type. */
  variants: FileVariantsSchema,
});
/** The digest of one header. */
export type HeaderDigest = Omit<z.infer<typeof HeaderDigestSchema>, 'variants'> & {
  readonly variants: FileVariants;
};

/** The digest of a header. */
export function buildDigest(header: NwbHeader): HeaderDigest {
  return {
    revision: DIGEST_REVISION,
    signatures: buildSignatures(header),
    extensions: findExtensions(header),
    cutShort: header.cutShort.map(({ budget }) => budget),
    facts: buildFileFacts(header),
    variants: collectVariants(header),
  };
}

/** A kept digest, or undefined where it is of another revision or damaged. */
export function parseDigest(value: unknown): HeaderDigest | undefined {
  const parsed = z.safeParse(HeaderDigestSchema, value);
  // An optional field that is absent is absent in JSON too, never undefined: the types differ in nothing else.
  return parsed.success ? (parsed.data as HeaderDigest) : undefined;
}
