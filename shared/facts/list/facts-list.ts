/**
 * The body of facts as a numbered list of sentences that a writer may use, each with its scope, its source,
 * its evidence, and the words and numbers that a sentence may take from it. The `rich` prompt prints
 * it, structured writing cites it by id, and the page shows its evidence. Pure.
 */
import type { FileContents } from '../contents.ts';
import type { Fact, FactSources } from './fact.ts';
import { FactDrafts } from './fact-drafts.ts';
import { addContradictions, addFileFacts } from './file-list-facts.ts';
import { addMetadataFacts, addStatedSpecies } from './metadata-facts.ts';
import { addCountFacts, addMethodFacts, addSessionFacts } from './recording-facts.ts';
import { addSeriesFacts } from './series-facts.ts';
import { addSubjectFacts } from './subject-facts.ts';
import { addTableFacts } from './table-facts.ts';

/** The list, in its order. */
export function buildFactList(sources: FactSources): Fact[] {
  const { all } = sources.contents;
  const drafts = new FactDrafts(all.read);
  addMetadataFacts(sources.metadata, drafts);
  if (all.species.values.length === 0) addStatedSpecies(sources.metadata, drafts);
  addContentFacts(all, drafts);
  addFileFacts(sources, drafts);
  addContradictions(sources, drafts);
  return drafts.build();
}

/** The list for the files of one type, without facts on the whole. */
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
