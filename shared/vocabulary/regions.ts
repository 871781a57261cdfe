/**
 * Finds brain regions by the names that files, metadata and people use, and their place in the tree: V4 is visual
 * cortex, MGN is thalamus, VMHvl is hypothalamus. Pure.
 */
import { REGION_TABLE } from './region-table.ts';
import { buildVocabulary, findTerms, type Mention, parseTerms, type Term } from './vocabulary.ts';

/** A brain region. */
export interface Region extends Term {
  /** The acronym of the Allen CCF if it has the region, else an abbreviation usual in the field. */
  readonly id: string;
}

/**
 * Abbreviations that in prose mostly mean something else or are ordinary words, and surfaces from which depths are
 * measured (`175 µm below the pia`): they count only if they are the whole content of a field.
 */
const AMBIGUOUS = new Set(
  'AC AD AG AI AM AN AV BC BF BG CA CB CC CL CM CN CP CX DN DP DR EC EP FC FN FX GC GP GU HC HF HG HP IA IC IG IL IO IP IT LA LG LH LM LP LS MB MC MD ME MG MH MI MO MS MT MY NB NOD NOT OB ON OT P PA PB PF PH PL PM PN PO PRE PAR POST POS PP RA RE RH RN RT SC SCs SI SII SIM SMA SN SO SON SS SUB TG TH TS TT V VB VC VI VL VM VP VS MEA MED MOT ANT VIM VIP MIP CAN ORB INS PER FEF ARC Arc STR Str CD Cd PUT SOC SUM DCO NG VN PCN BA1 BA2 BA3 AMB CN DS AIP CIT PIT IN TR V2 V3 dura Dura pia Pia'.split(
    ' ',
  ),
);

const VOCABULARY = buildVocabulary<Region>(parseTerms(REGION_TABLE), { ambiguous: AMBIGUOUS });

/** Every region of the table. */
export const REGIONS: readonly Region[] = VOCABULARY.terms;

/** Finds a region by id. */
export function findRegionById(id: string): Region | undefined {
  return VOCABULARY.byId(id);
}

/** Words of location fields that are not part of a region's name: side, cortical layer, depth. */
const BESIDE = new Set(
  'left right bilateral unilateral ipsilateral contralateral hemisphere l r lh rh layer layers l1 l2 l3 l4 l5 l6 l5a l5b l6a l6b l23 deep superficial and the of in area region brain dorsal ventral anterior posterior medial lateral rostral caudal mouse rat human monkey'.split(
    ' ',
  ),
);

/** A layer after an Allen acronym: `VISp2/3`, `MOp5`, `RSPagl6a`, `CA1sp`, `VISp, layer 4`. */
const LAYER = /(?<=[A-Za-z]{3,})(?:1|2|2\/3|23|4|5|5a|5b|6|6a|6b)$/;

/**
 * Finds the region that a whole text means: the content of a location field such as `VISp2/3`, `right V1, layer 4`,
 * `CA1`, `Medial entorhinal cortex`, `hippocampus (dorsal)`. If the text names several, the first of the most specific
 * ones. Undefined if the table has none of them, as for coordinates and `unknown`.
 */
export function findRegion(text: string): Region | undefined {
  return findRegions(text)[0];
}

/**
 * Finds all regions that a location field names, in order: `CA1, CA3`, `M1/PMd`, `hippocampus and striatum`. Of a
 * region and its whole in one piece (`CA1 of the hippocampus`), only the part is returned.
 */
export function findRegions(text: string): Region[] {
  const whole = matchRegion(text);
  if (whole !== undefined) return [whole];
  const pieces = text
    .slice(0, 10_000)
    .split(/[,;/&()[\]{}|+:\n]|\band\b|(?<=[a-z])-(?=[A-Z])|_/)
    .map((piece) => piece.trim())
    .filter(Boolean);
  const found = pieces.flatMap((piece) => {
    const location = matchRegion(piece);
    return location === undefined ? VOCABULARY.findMentions(piece).map(({ term }) => term) : [location];
  });
  const named = [...new Set([...found, ...VOCABULARY.findMentions(text).map(({ term }) => term)])];
  return named.filter(({ id }) => !named.some((other) => other.id !== id && isWithin(other.id, id)));
}

/** The region of a piece that contains nothing else but side, layer and depth. */
function matchRegion(piece: string): Region | undefined {
  const exact = VOCABULARY.findExact(piece) ?? VOCABULARY.findExact(piece.replace(LAYER, ''));
  if (exact !== undefined) return exact;
  const words = piece
    .split(/[\s_,.-]+/)
    .filter((word) => !BESIDE.has(word.toLowerCase()) && !/^[\d/]+[ab]?$/.test(word));
  if (words.length === 0) return undefined;
  const bare = words.join(' ');
  return VOCABULARY.findExact(bare) ?? VOCABULARY.findExact(bare.replace(LAYER, ''));
}

/** Finds every mention of a region in prose, in order. Abbreviations are case-sensitive. */
export function findRegionMentions(
  text: string,
  reading: { readonly anyCase?: boolean } = {},
): Mention<Region>[] {
  return VOCABULARY.findMentions(text, reading);
}

/** Finds the regions that prose names, each once. */
export function findRegionsInProse(text: string): Region[] {
  return findTerms(VOCABULARY, text);
}

/** Ids of all regions that contain a region, nearest first: for `VISp`, `VIS`, `OL`, `Isocortex`, `CTX`, …, `root`. */
export function regionAncestors(id: string): string[] {
  return VOCABULARY.ancestors(id);
}

/** Whether a region equals or is part of another, by ids. */
export function isWithin(id: string, whole: string): boolean {
  return VOCABULARY.isWithin(id, whole);
}

/** Ids of a region and all of its parts. */
export function expandRegion(id: string): string[] {
  return VOCABULARY.expand(id);
}
