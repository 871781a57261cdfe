/**
 * Evaluates the replies of structured writing: accepts the sentences that their facts support, refuses the others with
 * reasons, and lists what to request again. It uses only the stored replies, so that the same replies always give the
 * same page. Pure.
 */

import type { Fact } from '../facts/list/fact.ts';
import { foldWords } from '../fold-text.ts';
import { type FactsAtHand, findFactsAtHand } from '../model/deterministic-writer/facts-at-hand.ts';
import { writeKeywords } from '../model/deterministic-writer/keywords.ts';
import { writeCitation, writeLicence } from '../model/deterministic-writer/publication.ts';
import { MAX_KEYWORDS } from '../model/headings.ts';
import type { SentenceKind, SupportedSentence } from '../model/language-model.ts';
import type { Correction } from '../prompt/correction-prompt.ts';
import type { CountedFacts } from '../prompt/facts.ts';
import type { WrittenKeyword, WrittenSentence } from '../prompt/structured-schema.ts';
import { contentStems } from '../summary/passages.ts';
import { type AcceptedSentence, buildPage, type Page } from './build-page.ts';
import { checkKeyword, checkSentence, saysSomething } from './check-sentence.ts';
import { buildCitedFacts, readSource, type Source } from './cited-facts.ts';
import { fillSlots } from './fill-slots.ts';
import { type ReadReply, readReply } from './read-reply.ts';
import type { Refusal, RefusalReason } from './refusal.ts';
import { writeScope } from './scope.ts';

/** Most inferences in a summary. */
export const MAX_INFERENCES = 2;

/** A refused piece and its position. */
interface RefusedPiece {
  readonly id: string;
  readonly at: number;
  readonly written: WrittenSentence | WrittenKeyword;
  readonly text: string;
  readonly refusals: readonly Refusal[];
}

/** A part of the reply's form. */
type FormPart = 'abstract' | 'data' | 'keywords';

/** The result of the replies so far. */
export interface Taken {
  /** The form of the first reply; of the second one if the first was `none`. */
  readonly form: ReadReply['form'];
  readonly page: Page;
  /** Pieces that were refused and not yet corrected, or refused again. */
  readonly refused: readonly RefusedPiece[];
  /** Accepted sentences of the first reply in which a check of the page found something: they are requested once more. */
  readonly doubted: readonly RefusedPiece[];
  /** Parts without an accepted piece. The page still has keywords: those derived from the facts. */
  readonly missing: readonly FormPart[];
  /** Sentences about what was left out, for the summary's warnings. */
  readonly warnings: readonly string[];
  readonly pieces: readonly Piece[];
}

/** A written piece, in the order of the reply: accepted or refused. */
interface Piece {
  readonly part: FormPart;
  readonly starts: WrittenSentence['starts'];
  readonly written: WrittenSentence | WrittenKeyword;
  readonly accepted?: {
    readonly text: string;
    readonly facts: readonly string[];
    readonly kind: SupportedSentence['kind'];
    readonly isCounted?: boolean;
    /** Whether it only introduces others: it takes nothing from its facts. */
    readonly isEmpty?: boolean;
  };
  readonly text: string;
  readonly refusals: readonly Refusal[];
}

/** Evaluates the first reply of an attempt. */
export function takeReply(text: string, facts: CountedFacts): Taken {
  const read = readReply(text);
  const checker = new Checker(facts);
  return build(read.form, listPieces(read, checker), facts);
}

/** Evaluates the second reply, which contains corrections of refused pieces, and missing parts. */
export function takeCorrections(before: Taken, text: string, facts: CountedFacts): Taken {
  const read = readReply(text);
  const checker = new Checker(facts);
  const again = new Map(
    read.corrections.map((correction) => [correction.refused.trim().toUpperCase(), correction]),
  );
  const ids = new Map([...before.refused, ...before.doubted].map(({ id, at }) => [at, id]));
  const doubts = new Map(before.doubted.map(({ at, refusals }) => [at, refusals]));
  const corrected = before.pieces.map((piece, at): Piece => {
    const correction = again.get(ids.get(at) ?? '');
    if (correction === undefined) return piece;
    const doubt = doubts.get(at);
    const written = {
      starts: piece.starts,
      text: correction.text,
      facts: correction.facts,
      kind: correction.kind,
    };
    // The model dropped the piece, so it remains refused, or is left out as it was doubted.
    if (correction.text.trim() === '') return doubt === undefined ? piece : leaveOut(piece, doubt);
    const checked = checker.check(piece.part, written);
    // A doubt is no refusal: without a better sentence, the first one stays, and the check's finding with it.
    return doubt !== undefined && checked.accepted === undefined ? piece : checked;
  });
  const added =
    before.missing.length === 0
      ? []
      : listPieces(read, checker).filter(({ part }) => before.missing.includes(part));
  return build(before.form === 'none' ? read.form : before.form, [...corrected, ...added], facts);
}

function leaveOut({ accepted: _, ...piece }: Piece, refusals: readonly Refusal[]): Piece {
  return { ...piece, refusals };
}

/** What a check of the page found in it. */
export interface Doubt {
  /** `reply` for the whole. */
  readonly part: SupportedSentence['part'] | 'keywords' | 'reply';
  /** Words of the page. */
  readonly excerpt: string;
  /** A sentence for people. */
  readonly message: string;
}

/**
 * Adds doubts about accepted pieces to the evaluation of a first reply, so that these are requested once more with what
 * was refused. A doubt about words that are in no piece, such as those that code added, is dropped.
 */
export function addDoubts(taken: Taken, doubts: readonly Doubt[]): Taken {
  const byPiece = new Map<number, Refusal[]>();
  for (const { part, excerpt, message } of doubts) {
    const words = foldMarks(excerpt);
    const at = taken.pieces.findIndex(
      (piece) =>
        piece.accepted !== undefined &&
        (piece.part === 'data' ? 'description' : piece.part) === part &&
        foldMarks(piece.accepted.text).includes(words),
    );
    if (at >= 0 && words !== '')
      byPiece.set(at, [...(byPiece.get(at) ?? []), { reason: 'unsupported', message }]);
  }
  const doubted = [...byPiece].map(([at, refusals], place): RefusedPiece => {
    const { written, text } = taken.pieces[at]!;
    return { id: `R${taken.refused.length + place + 1}`, at, written, text, refusals };
  });
  return { ...taken, doubted };
}

/** A text without marks of Markdown, in one case and with single spaces. */
function foldMarks(text: string): string {
  return text
    .replace(/[\\*_`␣]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
}

function listPieces(read: ReadReply, checker: Checker): Piece[] {
  return [
    ...read.abstract.map((written) => checker.check('abstract', written)),
    ...read.data.map((written) => checker.check('data', written)),
    ...read.keywords.map((written) => checker.check('keywords', written)),
  ];
}

/** Builds the corrections to request; empty if none are needed. `facts` is the whole list. */
export function buildCorrections(taken: Taken, facts: readonly Fact[]): Correction[] {
  const byId = new Map(facts.map((fact) => [fact.id, fact]));
  return [...taken.refused, ...taken.doubted].map(({ id, written, refusals }) => ({
    id,
    text: written.text,
    reasons: refusals.slice(0, 4).map(({ message }) => message),
    facts: chooseFacts(written, byId),
  }));
}

/** Number of facts given in addition to the cited ones: those that share most words with the piece. */
const LIKELY_FACTS = 4;

function chooseFacts(
  { text, facts }: { text: string; facts: readonly string[] },
  byId: ReadonlyMap<string, Fact>,
): Fact[] {
  const cited = facts.flatMap((id) => byId.get(id) ?? []);
  const stems = new Set(contentStems(text));
  const likely = [...byId.values()]
    .filter((fact) => !cited.includes(fact))
    .map((fact) => ({ fact, score: contentStems(fact.text).filter((stem) => stems.has(stem)).length }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, LIKELY_FACTS)
    .map(({ fact }) => fact);
  return [...cited, ...likely];
}

function build(form: ReadReply['form'], pieces: readonly Piece[], facts: CountedFacts): Taken {
  let inferences = 0;
  const kept = refuseEmpty(pieces).map((piece): Piece => {
    if (piece.accepted?.kind !== 'inference') return piece;
    inferences += 1;
    if (inferences <= MAX_INFERENCES) return piece;
    const message = `No more than ${MAX_INFERENCES} sentences may be inferences.`;
    return leaveOut(piece, [{ reason: 'inferences', message }]);
  });
  const orphans = findOrphans(kept);
  const sentences = dedupeSentences(
    kept.flatMap((piece): AcceptedSentence[] => {
      const { part, starts, accepted } = piece;
      if (accepted === undefined || part === 'keywords' || orphans.has(piece)) return [];
      const { isEmpty: _, ...said } = accepted;
      return [{ part: part === 'data' ? 'description' : part, starts, ...said }];
    }),
  );
  const keywords = dedupe(
    kept.flatMap(({ part, accepted }) =>
      part === 'keywords' && accepted !== undefined ? [accepted.text] : [],
    ),
  );
  const refused = kept.flatMap((piece, at): RefusedPiece[] =>
    piece.accepted !== undefined
      ? []
      : [{ id: '', at, written: piece.written, text: piece.text, refusals: piece.refusals }],
  );
  // Surplus inferences are not requested again, since another inference would be surplus too.
  const numbered = refused
    .filter(({ refusals }) => refusals.some(({ reason }) => reason !== 'inferences'))
    .map((piece, at) => ({ ...piece, id: `R${at + 1}` }));
  const has = {
    abstract: sentences.some(({ part }) => part === 'abstract'),
    data: sentences.some(({ part }) => part === 'description'),
    keywords: keywords.length > 0,
  };
  const at = findFactsAtHand(facts);
  const closing = has.data ? writeClosing(sentences, at) : [];
  const derived = has.keywords ? [] : writeKeywords(at);
  return {
    form,
    page: buildPage([...sentences, ...closing], has.keywords || sentences.length === 0 ? keywords : derived),
    refused: numbered,
    doubted: [],
    missing: (['abstract', 'data', 'keywords'] as const).filter((part) => !has[part]),
    warnings: [
      ...refused.map(
        ({ text, refusals }) =>
          `Left out, since it is not based on the facts that it names: “${text.slice(0, 300)}” (${refusals[0]?.message ?? ''})`,
      ),
      ...[...orphans].map(
        ({ text }) => `Left out, since it refers to a sentence that is left out: “${text.slice(0, 300)}”`,
      ),
      ...(sentences.length > 0 && derived.length > 0 ? [DERIVED_KEYWORDS] : []),
    ],
    pieces: kept,
  };
}

/**
 * The licence and how to cite, by the rules of the deterministic writer, unless the writer stated them: a reader needs
 * both, whatever a model chooses to write. What the metadata do not state is left out, since no fact shows it.
 */
function writeClosing(sentences: readonly AcceptedSentence[], at: FactsAtHand): AcceptedSentence[] {
  const { dandiset, metadata } = at.facts;
  const said = sentences.map(({ text }) => text).join(' ');
  const hasLicence = metadata.licenses.length > 0 && metadata.licenses.every((name) => said.includes(name));
  const hasCitation = [metadata.doi, metadata.citation, `DANDI:${dandiset.id}/`].some(
    (words) => words !== undefined && said.includes(words),
  );
  return [...(hasLicence ? [] : [writeLicence(at)]), ...(hasCitation ? [] : writeCitation(at))]
    .filter(({ facts: ids }) => ids.length > 0)
    .map(
      ({ prose, facts: ids, kind }, place): AcceptedSentence => ({
        part: 'description',
        starts: place === 0 ? 'paragraph' : 'continues',
        text: prose.join(''),
        facts: ids,
        kind,
      }),
    );
}

/**
 * Refuses sentences that take nothing from their facts where a part has no more of the others: some may introduce
 * others, many are what a model writes that has nothing to say.
 */
function refuseEmpty(pieces: readonly Piece[]): readonly Piece[] {
  const count = (part: FormPart, isEmpty: boolean): number =>
    pieces.filter(
      ({ part: own, accepted }) =>
        own === part && accepted !== undefined && (accepted.isEmpty === true) === isEmpty,
    ).length;
  return pieces.map((piece): Piece => {
    const { accepted, part } = piece;
    if (accepted?.isEmpty !== true || count(part, true) < count(part, false)) return piece;
    return leaveOut(piece, [{ reason: 'empty', message: 'It says nothing of its facts.' }]);
  });
}

/** First words of sentences that refer back to the previous one. */
const REFERS_BACK =
  /^(?:they|it|its|their|these|those|this|that|both|such|the (?:latter|former|same|others?)|together with (?:the|these|this)|here|there(?:fore|after|in)|of (?:these|those|them)|in (?:it|them|these|addition to (?:this|these)))\b/i;

/** Finds accepted sentences that refer back to a previous sentence of their paragraph that is left out. */
function findOrphans(pieces: readonly Piece[]): ReadonlySet<Piece> {
  const orphans = new Set<Piece>();
  for (const [at, piece] of pieces.entries()) {
    const before = pieces[at - 1];
    if (piece.accepted === undefined || piece.starts !== 'continues' || piece.part === 'keywords') continue;
    if (before === undefined || before.part !== piece.part) continue;
    const isOrphan = before.accepted === undefined || orphans.has(before);
    if (isOrphan && REFERS_BACK.test(piece.accepted.text)) orphans.add(piece);
  }
  return orphans;
}

const DERIVED_KEYWORDS =
  'The keywords follow from the facts by fixed rules, since the model gave none that is based on them.';

function dedupe(keywords: readonly string[]): string[] {
  return keywords
    .filter((keyword, at) => keywords.findIndex((other) => foldWords(other) === foldWords(keyword)) === at)
    .slice(0, MAX_KEYWORDS);
}

/** Drops repeated sentences. */
function dedupeSentences(sentences: readonly AcceptedSentence[]): AcceptedSentence[] {
  const fold = ({ text }: AcceptedSentence) => text.toLowerCase().replace(/\s+/g, ' ');
  return sentences.filter(
    (sentence, at) => sentences.findIndex((other) => fold(other) === fold(sentence)) === at,
  );
}

/** Most facts added to those that a sentence cites. */
const MOST_ADDED = 2;
/** Most facts tried for a sentence, those with most words in common first. */
const MOST_TRIED = 12;
/** Reasons that another fact may remove, or that code resolves by itself. */
const ADDABLE: ReadonlySet<RefusalReason> = new Set<RefusalReason>([
  'number',
  'noun',
  'quantity',
  'date',
  'name',
  'region',
  'technique',
  'task',
  'species',
  'device',
  'unsupported',
  'claim-as-fact',
]);

/** Whether further facts could support a sentence, since nothing else is wrong with it. */
function needsFacts(refusals: readonly Refusal[]): boolean {
  return (
    refusals.some(({ reason }) => reason !== 'claim-as-fact') &&
    refusals.every(({ reason }) => ADDABLE.has(reason))
  );
}

/** Fewest words in common with what the owners say from which a sentence reports it. */
const LEAST_TAKEN = 2;

/**
 * Whether a sentence takes something from the owners' words: `several statements do not agree` may be based on them and
 * is none of theirs.
 */
function takesFromOwners(text: string, based: readonly Fact[]): boolean {
  const claims = based.filter(({ scope }) => scope.kind === 'claim');
  const said = new Set(claims.flatMap((fact) => contentStems(fact.text)));
  return contentStems(text).filter((stem) => said.has(stem)).length >= LEAST_TAKEN;
}

/** Checks pieces against one Dandiset's facts. */
class Checker {
  readonly #byId: ReadonlyMap<string, Fact>;
  readonly #always: Source;
  readonly #of: { readonly read: number; readonly assets: number };

  constructor({ list, dandiset, coverage }: CountedFacts) {
    this.#byId = new Map(list.map((fact) => [fact.id, fact]));
    this.#always = readSource(`Dandiset ${dandiset.id}, DANDI:${dandiset.id}/${dandiset.version}`);
    this.#of = { read: coverage.read, assets: coverage.assets };
  }

  check(part: FormPart, written: WrittenSentence | WrittenKeyword): Piece {
    const { text, used, unknown, values } = fillSlots(written.text, this.#byId);
    const named = [
      ...new Set([
        ...written.facts.map((id) =>
          id
            .trim()
            .replace(/^[[({]+|[\])}]+$/g, '')
            .toUpperCase(),
        ),
        ...used,
      ]),
    ];
    const starts = 'starts' in written ? written.starts : 'continues';
    const kind = 'kind' in written ? written.kind : 'fact';
    const piece = { part, starts, written, text };
    const missing = named.filter((id) => !this.#byId.has(id));
    const facts = named.flatMap((id) => this.#byId.get(id) ?? []);
    const formal: Refusal[] = [
      ...missing.map((id): Refusal => ({ reason: 'unknown-fact', message: `There is no fact ${id}.` })),
      ...unknown.map((slot): Refusal => ({ reason: 'unknown-slot', message: `There is no slot ${slot}.` })),
      ...(named.length === 0 ? [{ reason: 'no-fact', message: 'It names no fact.' } as const] : []),
    ];
    if (formal.length > 0) return { ...piece, refusals: formal };
    const { refusals, based } = this.#checkAgainstFacts(part, text, kind, facts, values);
    if (refusals.length > 0) return { ...piece, refusals };
    // What is taken from the owners is a claim, and nothing else is, whatever kind the writer gave.
    const saidKind = kind === 'inference' ? kind : takesFromOwners(text, based) ? 'claim' : 'fact';
    // An inference gets no scope: a number of files would read as if it had been counted.
    const said = part === 'keywords' || kind === 'inference' ? text : writeScope(text, based);
    return {
      ...piece,
      refusals,
      accepted: {
        text: said,
        facts: based.map(({ id }) => id),
        kind: saidKind,
        ...(part !== 'keywords' && !saysSomething(text, buildCitedFacts(based, this.#always, values))
          ? { isEmpty: true }
          : {}),
        ...(saidKind === 'claim' && this.#addsInformation(text, based, values) ? { isCounted: true } : {}),
      },
    };
  }

  /**
   * Checks a piece against the facts that it cites. If these leave something unsupported, facts that the writer may
   * have forgotten to cite are added. Added facts are checked like the others, including their scope.
   */
  #checkAgainstFacts(
    part: FormPart,
    text: string,
    kind: SentenceKind,
    named: readonly Fact[],
    values: readonly string[],
  ): { readonly refusals: readonly Refusal[]; readonly based: readonly Fact[] } {
    const check = (facts: readonly Fact[]): Refusal[] => {
      const cited = buildCitedFacts(facts, this.#always, values);
      return part === 'keywords' ? checkKeyword(text, cited) : checkSentence(text, kind, cited, this.#of);
    };
    const first = check(named);
    let based = named;
    let refusals = first;
    for (let added = 0; added < MOST_ADDED && needsFacts(refusals); added += 1) {
      const better = this.#findMissing(text, kind, based)
        .map((fact) => [...based, fact])
        .map((facts) => ({ facts, refusals: check(facts) }))
        .reduce<{ facts: readonly Fact[]; refusals: Refusal[] }>(
          (best, each) => (each.refusals.length < best.refusals.length ? each : best),
          { facts: based, refusals },
        );
      if (better.facts === based) break;
      ({ facts: based, refusals } = better);
    }
    if (refusals.length > 0 && refusals.every(({ reason }) => reason === 'claim-as-fact')) {
      // A sentence that the counted facts alone support is not attributed to the owners, even if it cites them too.
      const counted = based.filter(({ scope }) => scope.kind !== 'claim');
      if (counted.length > 0 && check(counted).length === 0) return { refusals: [], based: counted };
      // A statement of the owners becomes a claim even if the writer did not mark it, so that the page attributes it.
      return this.#checkAgainstFacts(part, text, 'claim', named, values);
    }
    return refusals.length > 0 ? { refusals: first, based: named } : { refusals, based };
  }

  /** Whether a claim states more than the owners' facts support, such as counts of the files. */
  #addsInformation(text: string, based: readonly Fact[], values: readonly string[]): boolean {
    const claims = based.filter(({ scope }) => scope.kind === 'claim');
    if (claims.length === 0 || claims.length === based.length) return false;
    return checkSentence(text, 'claim', buildCitedFacts(claims, this.#always, values), this.#of).length > 0;
  }

  /**
   * Uncited facts, those that share most words and numbers with the text first; the owners' claims only for claims and
   * inferences.
   */
  #findMissing(text: string, kind: SentenceKind, named: readonly Fact[]): Fact[] {
    const tokens = new Set(text.toLowerCase().match(/[\p{L}\p{N}]{2,}/gu));
    const score = ({ text: words }: Fact): number =>
      new Set((words.toLowerCase().match(/[\p{L}\p{N}]{2,}/gu) ?? []).filter((token) => tokens.has(token)))
        .size;
    return [...this.#byId.values()]
      .filter((fact) => !named.includes(fact) && (kind !== 'fact' || fact.scope.kind !== 'claim'))
      .map((fact) => ({ fact, score: score(fact) }))
      .sort((a, b) => b.score - a.score)
      .slice(0, MOST_TRIED)
      .map(({ fact }) => fact);
  }
}
