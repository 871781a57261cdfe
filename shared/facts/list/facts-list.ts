/**
 * The body of facts as a numbered list of sentences: what a writer may say, each with its scope, its source,
 * the words and numbers that a sentence may take from it, and where one can see it. The `rich` prompt prints
 * it, structured writing cites it by id, and the page shows its evidence. Pure.
 */
import type { FileContents } from '../contents.ts';
import type { Fact, FactSources } from './fact.ts';
import { FactDrafts } from './fact-drafts.ts';
import { addContradictions, addFileFacts } from './file-list-facts.ts';
import { addMetadataFacts } from './metadata-facts.ts';
import { addCountFacts, addMethodFacts, addSessionFacts } from './recording-facts.ts';
import { addSeriesFacts } from './series-facts.ts';
import { addSubjectFacts } from './subject-facts.ts';
import { addTableFacts } from './table-facts.ts';

/** The list, in the order of telling. */
export function buildFactList(sources: FactSources): Fact[] {
  const { all } = sources.contents;
  const drafts = new FactDrafts(all.read);
  addMetadataFacts(sources.metadata, drafts);
  addContentFacts(all, drafts);
  addFileFacts(sources, drafts);
  addContradictions(sources, drafts);
  return drafts.build();
}

/** The same of the files of one type: what they hold, without what is said of the whole. */
export function buildTypeFactList(contents: FileContents): Fact[] {
  const drafts = new FactDrafts(contents.read);
  addContentFacts(contents, drafts);
  return drafts.build();
}

function addContentFacts(all: FileContents, drafts: FactDrafts): void {
  addSubjectFacts(all, drafts);
  addMethodFacts(all, drafts);
  addSessionFacts(all, drafts);
  addCountFacts(all, drafts);
  addSeriesFacts(all, drafts);
  addTableFacts(all, drafts);
}
