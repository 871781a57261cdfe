/**
 * The form of a structured reply: sentences and keywords that name the facts they are based on. One zod schema is the
 * source of the JSON schema in the request and of the parser of the reply. Pure.
 */
import * as z from 'zod/mini';

/** Whether a sentence opens a paragraph, is an item of a list, or continues after the previous one. */
export const SENTENCE_STARTS = ['paragraph', 'item', 'continues'] as const;

/** The kind of a sentence, as in `language-model.ts`. */
const KINDS = ['fact', 'claim', 'inference'] as const;

/** A sentence as written by a model: its text may contain slots such as `{F12.subjects}`. */
export const WrittenSentence = z.strictObject({
  starts: z.enum(SENTENCE_STARTS),
  text: z.string(),
  /** Ids of the list of facts. */
  facts: z.array(z.string()),
  kind: z.enum(KINDS),
});
export type WrittenSentence = z.infer<typeof WrittenSentence>;

/** A keyword as written by a model. */
export const WrittenKeyword = z.strictObject({ text: z.string(), facts: z.array(z.string()) });
export type WrittenKeyword = z.infer<typeof WrittenKeyword>;

/** Another try at a refused sentence or keyword. */
export const WrittenCorrection = z.strictObject({
  /** `R1`, `R2` … as the request numbers what was refused. */
  refused: z.string(),
  /** Empty: the sentence is dropped. */
  text: z.string(),
  facts: z.array(z.string()),
  kind: z.enum(KINDS),
});
export type WrittenCorrection = z.infer<typeof WrittenCorrection>;

const parts = {
  abstract: z.array(WrittenSentence),
  data: z.array(WrittenSentence),
  keywords: z.array(WrittenKeyword),
};

/** A whole summary. */
export const WrittenSummary = z.strictObject(parts);
/** The repeated attempts at refused parts, and the parts that were missing. */
export const WrittenCorrections = z.strictObject({ corrections: z.array(WrittenCorrection), ...parts });

/** A JSON schema with its name, as services take it. */
export interface ReplySchema {
  readonly name: string;
  /** JSON Schema without `$schema`: every property required and no others allowed, as strict modes require. */
  readonly schema: Readonly<Record<string, unknown>>;
}

/** For the first request. */
export const SUMMARY_SCHEMA: ReplySchema = { name: 'summary', schema: toSchema(WrittenSummary) };
/** For the second request. */
export const CORRECTIONS_SCHEMA: ReplySchema = {
  name: 'corrections',
  schema: toSchema(WrittenCorrections),
};

function toSchema(of: z.core.$ZodType): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(of, { io: 'input' });
  return schema;
}
