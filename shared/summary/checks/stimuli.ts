/** The check of stimuli: the facts name what was shown, played or given to subjects and cells. Pure. */
import { STIMULUS_WORDS } from '../../vocabulary/stimulus-words.ts';
import type { Check } from '../check.ts';
import { buildUnsupportedDraft, findUnsupportedThings } from './unsupported.ts';

/** Reports stimuli that are not in the facts. */
export const stimuli: Check = {
  name: 'stimuli',
  severity: 'warning',
  rule: 'every stimulus that is named is in the metadata or the headers',
  find: ({ prose, evidence }) =>
    prose.flatMap((block) =>
      findUnsupportedThings(block.text, STIMULUS_WORDS, evidence).map(({ written }) =>
        buildUnsupportedDraft(written, block),
      ),
    ),
};
