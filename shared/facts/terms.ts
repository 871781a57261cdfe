/**
 * Terms of the archive's schema (a name, an identifier of an ontology, or both), ages, DOIs and other
 * identifiers, as found in records and metadata of many schema versions. Pure.
 */
import {
  compact,
  findField,
  findKnownText,
  findNumber,
  isObject,
  limitText,
  NAME_LIMIT,
  unwrapElement,
} from './loose-fields.ts';

/** A term as stated in its record, not normalised. At least one of the two is present. */
export interface Term {
  readonly name?: string;
  /** A URL or an identifier such as `UBERON:0001950`. */
  readonly identifier?: string;
}

/** An age as stated in its record. */
export interface AgeDigest {
  /** An ISO 8601 duration (`P90D`), a range of two (`P8W/P10W`, either end may be absent), or any other text. */
  readonly value: string;
  /** Its reference: `birth`, `gestation`, or the record's own word; absent if not stated. */
  readonly reference?: string;
}

/** A term from an object or a bare text; undefined if it has neither name nor identifier. */
export function readTerm(value: unknown): Term | undefined {
  const element = unwrapElement(value);
  if (!isObject(element)) {
    const text = findKnownText(element);
    if (text === undefined) return undefined;
    return /^https?:\/\//i.test(text) ? { identifier: text } : { name: text };
  }
  const term = compact({
    name: findKnownText(findField(element, 'name')),
    identifier: findKnownText(findField(element, 'identifier')) ?? findKnownText(findField(element, 'url')),
  });
  return term.name === undefined && term.identifier === undefined ? undefined : (term as Term);
}

/** The term's name, or else its identifier. */
export function findWord(term: Term): string {
  return term.name ?? term.identifier ?? '';
}

/** The archive's terms for the reference of an age. */
const REFERENCES: readonly (readonly [RegExp, string])[] = [
  [/gestation/i, 'gestation'],
  [/birth/i, 'birth'],
];
/** Units that older schemas state beside a bare number. */
const UNITS: readonly (readonly [RegExp, (count: string) => string])[] = [
  [/year/i, (count) => `P${count}Y`],
  [/month/i, (count) => `P${count}M`],
  [/week/i, (count) => `P${count}W`],
  [/day/i, (count) => `P${count}D`],
  [/hour/i, (count) => `PT${count}H`],
];

/**
 * An age from a PropertyValue (`value`, or `minValue` and `maxValue`; `unitText`; `valueReference`), a text or
 * a number. A bare number without a unit is undefined.
 */
export function readAge(value: unknown): AgeDigest | undefined {
  const element = unwrapElement(value);
  if (!isObject(element)) {
    const text = typeof element === 'string' ? findKnownText(element) : undefined;
    return text === undefined ? undefined : { value: text };
  }
  const unit = findKnownText(findField(element, 'unitText')) ?? '';
  const age = withUnit(findField(element, 'value'), unit) ?? findRange(element, unit);
  if (age === undefined) return undefined;
  const stated = findField(element, 'valueReference');
  const reference = findKnownText(
    isObject(unwrapElement(stated)) ? findField(unwrapElement(stated), 'value') : stated,
  );
  if (reference === undefined) return { value: age };
  return { value: age, reference: REFERENCES.find(([word]) => word.test(reference))?.[1] ?? reference };
}

function findRange(age: unknown, unit: string): string | undefined {
  const min = withUnit(findField(age, 'minValue'), unit);
  const most = withUnit(findField(age, 'maxValue'), unit);
  if (min === undefined && most === undefined) return undefined;
  return min === most ? min : `${min ?? ''}/${most ?? ''}`;
}

/** A duration unchanged; a bare number with its unit; undefined for a number without one. */
function withUnit(value: unknown, unit: string): string | undefined {
  const text = findKnownText(value);
  if (text === undefined || findNumber(value) === undefined) return text;
  return UNITS.find(([word]) => word.test(unit))?.[1](text);
}

const DOI = /10\.\d{4,9}\/[^\s"<>{}|\\^`?#]+/i;
/** The suffix that a preprint server's URL adds to its DOI. */
const PREPRINT_TAIL =
  /(?:v\d+)?(?:\.(?:full|abstract|article-info|supplementary-material|full-text))?(?:\.pdf|\+html)?$/i;
const PREPRINT_HOST = /\b(?:biorxiv|medrxiv)\.org\//i;
/** The archive's placeholder for the DOI of a draft. */
const DRAFT_DOI = /^10\.(?:80507|48324|5072)\/dandi\.123456(?:\/|$)/;

/**
 * The DOI in a text (`doi:10.1038/X`, `https://doi.org/10.1038/X`, a preprint's URL, a bare DOI), in lower
 * case, without prefix and trailing punctuation: a DOI has no case (DOI Handbook, 2.4). Undefined if there is none.
 */
export function findDoi(value: unknown): string | undefined {
  const text = findKnownText(value, 2 * NAME_LIMIT);
  if (text === undefined) return undefined;
  const match = DOI.exec(text.replaceAll(/%2f/gi, '/').replaceAll(/%28/g, '(').replaceAll(/%29/g, ')'));
  if (match === null) return undefined;
  const bare = PREPRINT_HOST.test(text) ? match[0].replace(PREPRINT_TAIL, '') : match[0];
  const doi = withoutTail(bare.toLowerCase());
  return doi.length > 8 && !doi.endsWith('/') && !DRAFT_DOI.test(doi)
    ? limitText(doi, NAME_LIMIT)
    : undefined;
}

/** Without the punctuation that ends a sentence, and without an unbalanced closing bracket. */
function withoutTail(doi: string): string {
  let kept = doi;
  for (;;) {
    const last = kept.at(-1) ?? '';
    const isUnopened =
      (last === ')' && kept.split('(').length < kept.split(')').length) ||
      (last === ']' && kept.split('[').length < kept.split(']').length);
    if (!isUnopened && !/[.,;:'’”]/.test(last)) return kept;
    kept = kept.slice(0, -1);
  }
}

const ORCID = /\b(\d{4}-\d{4}-\d{4}-\d{3}[\dX])\b/i;

/**
 * The ORCID iD in a text or a URL, as `0000-0002-1825-0097`; undefined if its check digit is wrong (ISO 7064, 11-2).
 */
export function findOrcid(value: unknown): string | undefined {
  const orcid = ORCID.exec(findKnownText(value) ?? '')?.[1]?.toUpperCase();
  if (orcid === undefined) return undefined;
  const digits = orcid.replaceAll('-', '');
  let total = 0;
  for (const digit of digits.slice(0, -1)) total = (total + Number(digit)) * 2;
  const check = (12 - (total % 11)) % 11;
  return digits.endsWith(check === 10 ? 'X' : String(check)) ? orcid : undefined;
}

const OBO =
  /^https?:\/\/(?:purl\.obolibrary\.org\/obo|www\.ebi\.ac\.uk\/efo|identifiers\.org)\/([A-Za-z]+)[_:/](\w+)$/;

/**
 * An ontology's identifier in its short form: `http://purl.obolibrary.org/obo/UBERON_0001950` is `UBERON:0001950`.
 * Others stay as they are.
 */
export function shortIdentifier(identifier: string): string {
  const match = OBO.exec(identifier);
  return match === null ? identifier : `${match[1]}:${match[2]}`;
}

/** A term of the archive's vocabularies without its prefix: `dcite:Author` is `Author`, `spdx:CC0-1.0` is `CC0-1.0`. */
export function withoutPrefix(word: string): string {
  return word.replace(/^(?:dcite|dandi|spdx):/i, '');
}

/** The text if it is an http URL of at most `NAME_LIMIT` characters; undefined otherwise. */
export function findHttpUrl(value: unknown): string | undefined {
  const text = findKnownText(value);
  return text !== undefined && /^https?:\/\/\S+$/i.test(text) ? text : undefined;
}
