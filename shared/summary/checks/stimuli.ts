/** The check of stimuli: what was shown, played or given to subjects and cells is in the facts. Pure. */
import { STIMULUS_WORDS } from '../../vocabulary/stimulus-words.ts';
import type { Check } from '../check.ts';
import { buildUnsaidDraft, findUnsaid } from './unsaid.ts';

/** Every stimulus that is named is in the metadata or the headers. */
export const stimuli: Check = {
  name: 'stimuli',
  severity: 'warning',
  holds: 'every stimulus that is named is in the metadata or the headers',
  find: ({ prose, evidence }) =>
    prose.flatMap((block) =>
      findUnsaid(block.text, STIMULUS_WORDS, evidence).map(({ written }) => buildUnsaidDraft(written, block)),
    ),
};
