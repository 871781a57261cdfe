/**
 * Measures the checks on the benchmark: which findings are about a fault, which kinds of faults are found, and which
 * true pieces a repair by rule would cut. For the bench and for the test that compares the figures.
 */
import { Hdf5HeaderReader } from '../../../shared/hdf5/hdf5-header-reader.ts';
import type { Finding } from '../../../shared/summary/check.ts';
import { isOfContent } from '../../../shared/summary/check-powers.ts';
import { runChecks } from '../../../shared/summary/checks.ts';
import { buildEvidence, type Evidence } from '../../../shared/summary/evidence.ts';
import type { ParsedReply } from '../../../shared/summary/parsed-reply.ts';
import { repairParts } from '../../../shared/summary/repair-parts.ts';
import { parseReply } from '../../../shared/summary/reply-parts.ts';
import { type CorpusDandiset, corpusDandisets } from '../../corpus-archive.ts';
import { buildCorpusPrompt } from '../corpus-prompts.ts';
import { sumFirstSight } from './first-sight.ts';
import {
  type BenchmarkReply,
  type Fault,
  HALVES,
  type Half,
  INDEPENDENT,
  LATER_HALVES,
  readBenchmark,
  readEarlier,
} from './replies.ts';

/** Numbers of faults found and missed. */
export interface Tally {
  found: number;
  missed: number;
}

/** Numbers of findings about a fault, and of others. */
export interface Verdicts {
  right: number;
  wrong: number;
}

/** The results for one half. */
export interface HalfReport {
  readonly replies: number;
  readonly faults: number;
  readonly soundPieces: number;
  /** Findings of content by check. */
  readonly checks: ReadonlyMap<string, Verdicts>;
  /** Faults by kind. */
  readonly kinds: ReadonlyMap<string, Tally>;
  /** Numbers of pieces that a repair by rule would cut: without a fault, and all. */
  readonly cut: { readonly sound: readonly string[]; readonly all: number };
  /** To improve checks: false findings and missed faults, in words. */
  readonly wrong: readonly string[];
  readonly missed: readonly string[];
}

/** Evidence that was built, by folder and Dandiset: twelve sets of replies are about the same ones. */
const BUILT = new Map<string, Promise<Evidence>>();

/** The evidence of the corpus's Dandisets, by id. Each is built once. */
export async function readEvidence(
  corpusFolder: string,
  ids: ReadonlySet<string>,
): Promise<Map<string, Evidence>> {
  const reader = new Hdf5HeaderReader();
  const build = async (dandiset: CorpusDandiset): Promise<Evidence> => {
    const { facts, text } = await buildCorpusPrompt(dandiset, reader, { isCounted: true });
    return buildEvidence({ facts, promptText: text });
  };
  const evidence = new Map<string, Evidence>();
  for (const dandiset of corpusDandisets(corpusFolder).filter(({ id }) => ids.has(id))) {
    const key = `${corpusFolder} ${dandiset.id}`;
    const built = BUILT.get(key) ?? build(dandiset);
    BUILT.set(key, built);
    evidence.set(dandiset.id, await built);
  }
  await reader.close();
  return evidence;
}

/** Runs every check on one half. */
export async function measureHalf(half: Half, corpusFolder: string): Promise<HalfReport> {
  return measureReplies(readBenchmark(half), corpusFolder);
}

/** Runs every check on the replies labelled before this benchmark, for checks of which it has few faults. */
export async function measureEarlier(corpusFolder: string): Promise<HalfReport> {
  return measureReplies(readEarlier(), corpusFolder);
}

/** Findings of every check of content on all labelled replies, by name. */
export async function measureAll(corpusFolder: string): Promise<Record<string, Verdicts>> {
  return sumChecks([
    await measureEarlier(corpusFolder),
    ...(await Promise.all(
      [...HALVES, ...LATER_HALVES, ...INDEPENDENT].map((half) => measureHalf(half, corpusFolder)),
    )),
  ]);
}

/** Findings of every check of content in these reports, by name. */
export function sumChecks(reports: readonly HalfReport[]): Record<string, Verdicts> {
  const all: Record<string, Verdicts> = {};
  for (const [name, { right, wrong }] of reports.flatMap(({ checks }) => [...checks])) {
    const before = all[name] ?? { right: 0, wrong: 0 };
    all[name] = { right: before.right + right, wrong: before.wrong + wrong };
  }
  return Object.fromEntries(Object.entries(all).sort(byName));
}

/** Writes the table of powers in the form of the code, with the findings of first runs. */
export function writePowers(all: Readonly<Record<string, Verdicts>>): string {
  return Object.entries(all)
    .map(([name, { right, wrong }]) => {
      const first = sumFirstSight(name);
      const atFirst =
        first === undefined ? '' : `, atFirst: { right: ${first.right}, wrong: ${first.wrong} }`;
      return `  ${/-/.test(name) ? `'${name}'` : name}: { right: ${right}, wrong: ${wrong}${atFirst} },`;
    })
    .join('\n');
}

async function measureReplies(replies: readonly BenchmarkReply[], corpusFolder: string): Promise<HalfReport> {
  const evidence = await readEvidence(corpusFolder, new Set(replies.map(({ dandisetId }) => dandisetId)));
  const checks = new Map<string, Verdicts>();
  const kinds = new Map<string, Tally>();
  const wrong: string[] = [];
  const missed: string[] = [];
  const cutSound: string[] = [];
  let cut = 0;
  for (const reply of replies) {
    const name = `${reply.dandisetId} ${reply.style}`;
    const known = evidence.get(reply.dandisetId);
    if (known === undefined) throw new Error(`The corpus has no Dandiset ${reply.dandisetId}`);
    const parsed = parseReply(reply.text);
    const { findings } = runChecks(parsed, known, { finish: 'stop' });
    const found = new Set<Fault>();
    for (const finding of findings.filter(({ check }) => isOfContent(check))) {
      const faults = findFaults(reply, parsed, finding);
      for (const fault of faults) found.add(fault);
      const verdicts = checks.get(finding.check) ?? { right: 0, wrong: 0 };
      verdicts[faults.length > 0 ? 'right' : 'wrong'] += 1;
      checks.set(finding.check, verdicts);
      if (faults.length === 0) wrong.push(`${name}: ${finding.check}: ${finding.excerpt}`);
    }
    for (const fault of reply.faults) {
      const tally = kinds.get(fault.kind) ?? { found: 0, missed: 0 };
      tally[found.has(fault) ? 'found' : 'missed'] += 1;
      kinds.set(fault.kind, tally);
      if (!found.has(fault)) missed.push(`${name}: ${fault.kind}: ${fault.words}`);
    }
    const { taken } = repairParts(parsed, findings);
    cut += taken.length;
    cutSound.push(...taken.filter((piece) => isSound(reply, piece)).map((piece) => `${name}: ${piece}`));
  }
  return {
    replies: replies.length,
    faults: replies.reduce((sum, { faults }) => sum + faults.length, 0),
    soundPieces: replies.reduce((sum, { pieces }) => sum + pieces.filter(isWithoutFault).length, 0),
    checks,
    kinds,
    cut: { sound: cutSound, all: cut },
    wrong,
    missed,
  };
}

function isWithoutFault({ kinds }: { readonly kinds: readonly string[] }): boolean {
  return kinds.length === 0;
}

/** The faults whose words overlap those of a finding, searched from the finding's block on. */
function findFaults({ text, faults }: BenchmarkReply, parsed: ParsedReply, finding: Finding): Fault[] {
  const { part, index } = finding.location;
  const line = part === 'reply' ? 1 : (parsed.lines[part][index] ?? 1);
  const from = text
    .split('\n')
    .slice(0, line - 1)
    .join('\n').length;
  const words = finding.excerpt.match(/[\p{L}\p{N}]+/gu) ?? [];
  // The reply may have markdown marks between words, the excerpt has none.
  const pattern = new RegExp(
    `${/^[\p{L}\p{N}]/u.test(finding.excerpt) ? '(?<![\\p{L}\\p{N}])' : ''}${words.join('[^\\p{L}\\p{N}]+?')}`,
    'giu',
  );
  pattern.lastIndex = from;
  const match = pattern.exec(text);
  if (words.length === 0 || match === null) return [];
  const start = match.index;
  const end = start + match[0].length;
  return faults.filter((fault) => fault.start < end && start < fault.start + fault.words.length);
}

function isSound({ text, faults }: BenchmarkReply, piece: string): boolean {
  // The same words may also be elsewhere: a keyword inside a sentence.
  for (let start = text.indexOf(piece); start >= 0; start = text.indexOf(piece, start + 1)) {
    if (faults.some((fault) => fault.start >= start && fault.start < start + piece.length)) return false;
  }
  return true;
}

/** Writes a half's figures as markdown, with words only for the half used to improve the checks. */
export function writeReport(half: Half, report: HalfReport): string {
  const { replies, faults, soundPieces, cut } = report;
  const checks = [...report.checks].sort(byName);
  const kinds = [...report.kinds].sort(byName);
  const right = checks.reduce((sum, [, verdicts]) => sum + verdicts.right, 0);
  const wrong = checks.reduce((sum, [, verdicts]) => sum + verdicts.wrong, 0);
  const found = kinds.reduce((sum, [, tally]) => sum + tally.found, 0);
  return [
    `## ${half}: ${replies} replies, ${faults} faults, ${soundPieces} sound pieces`,
    '',
    '| check | right | wrong | precision |',
    '| --- | --- | --- | --- |',
    ...checks.map(
      ([name, v]) => `| ${name} | ${v.right} | ${v.wrong} | ${share(v.right, v.right + v.wrong)} |`,
    ),
    `| all | ${right} | ${wrong} | ${share(right, right + wrong)} |`,
    '',
    '| kind of fault | found | missed | recall |',
    '| --- | --- | --- | --- |',
    ...kinds.map(
      ([name, t]) => `| ${name} | ${t.found} | ${t.missed} | ${share(t.found, t.found + t.missed)} |`,
    ),
    `| all | ${found} | ${faults - found} | ${share(found, faults)} |`,
    '',
    `Cut by rule: ${cut.all} pieces, ${cut.sound.length} of them true.`,
    '',
  ].join('\n');
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}

function share(part: number, whole: number): string {
  return whole === 0 ? '–' : (part / whole).toFixed(2);
}
