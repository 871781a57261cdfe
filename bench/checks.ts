/**
 * Measures the checks on the labelled replies: precision by check, recall by kind of error, and true pieces
 * cut, on each half. Run by `npm run bench -- checks
 * [mending|held-out|later-mending|later-unseen|independent|independent-unseen|read-twice-mending|read-twice-unseen]
 * [list]`; `list` prints what was missed and what was reported wrongly, only for the half that is used for
 * tuning; `powers` prints the table of `shared/summary/check-powers.ts`, with what each check did on sets
 * before they were used for tuning.
 */
import { CORPUS_ABSENT, corpusFolder } from '../test/corpus.ts';
import {
  measureAll,
  measureHalf,
  writePowers,
  writeReport,
} from '../test/summary/benchmark/measure-checks.ts';
import { HALVES, INDEPENDENT, LATER_HALVES } from '../test/summary/benchmark/replies.ts';

/** Prints the requested halves; both if none is requested. */
export async function checks(rest: readonly string[]): Promise<void> {
  const folder = corpusFolder();
  if (folder === undefined) {
    process.stderr.write(`This bench ${CORPUS_ABSENT}.\n`);
    process.exitCode = 1;
    return;
  }
  if (rest.includes('powers')) {
    process.stdout.write(`${writePowers(await measureAll(folder))}\n`);
    return;
  }
  const halves = [...HALVES, ...LATER_HALVES, ...INDEPENDENT];
  const requested = halves.filter((half) => rest.includes(half));
  for (const half of requested.length > 0 ? requested : halves) {
    const report = await measureHalf(half, folder);
    process.stdout.write(`${writeReport(half, report)}\n`);
    if (!rest.includes('list')) continue;
    const { wrong, missed, cut } = report;
    for (const [title, lines] of Object.entries({ wrong, missed, 'true but cut': cut.sound }))
      process.stdout.write(`${title}:\n${lines.map((line) => `  ${line}\n`).join('')}`);
  }
}
