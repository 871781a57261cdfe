/**
 * The digest stored beside each header: the outline that grouping needs, and the facts
 * that are aggregated over all files. Built once for each content, wherever a header is read.
 */
import * as z from 'zod/mini';
import { buildFileFacts } from '../facts/build-file-facts.ts';
import { FACTS_REVISION, FileFacts } from '../facts/file-facts.ts';
import { buildSignatures, SIGNATURE_REVISION } from '../file-types/signature.ts';
import { collectVariants, type FileVariants, VARIANTS_REVISION } from '../file-types/variants.ts';
import { findExtensions } from '../header/namespaces.ts';
import type { NwbHeader } from '../header/nwb-header.ts';
import { FileOutline } from './run-payloads.ts';

/** Revision of the digest. A digest of another revision is rebuilt from the stored header. */
export const DIGEST_REVISION = `${SIGNATURE_REVISION}.${FACTS_REVISION}.${VARIANTS_REVISION}`;

const count = z.int().check(z.nonnegative());

/** Details that the masked structure leaves out, as in `FileVariants`. */
const Variants: z.ZodMiniType<FileVariants> = z.object({
  variants: z.array(
    z.object({
      pattern: z.string(),
      count: z.exactOptional(count),
      names: z.exactOptional(z.string()),
      descriptions: z.exactOptional(z.array(z.string())),
      shape: z.exactOptional(z.array(z.tuple([z.number(), z.number()]))),
      dtype: z.exactOptional(z.string()),
    }),
  ),
  omitted: count,
});

/** The digest of one header. */
export const HeaderDigest = z.extend(FileOutline, {
  revision: z.literal(DIGEST_REVISION),
  facts: FileFacts,
  variants: Variants,
});
export type HeaderDigest = z.infer<typeof HeaderDigest>;

/** Builds the digest of a header. */
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

/** Parses a stored digest; undefined if it is of another revision or damaged. */
export function parseDigest(value: unknown): HeaderDigest | undefined {
  const parsed = z.safeParse(HeaderDigest, value);
  return parsed.success ? parsed.data : undefined;
}
