/** What a study is about by its title and keywords, where its owners tell no more: molecules, cells, tasks, paradigms. Pure. */
import { findTaskMentions } from '../../vocabulary/tasks.ts';
import { findTechniqueMentions } from '../../vocabulary/techniques.ts';
import { distinct, type FactsAtHand, lowerTitle } from './facts-at-hand.ts';
import { isBorneOut, LOOSE_TASK, listEvidence, listThemes } from './keywords.ts';

/** Techniques that say what a study is about; how data were taken, the page has said. */
const OF_CONTENT: ReadonlySet<string> = new Set(['neuromodulator-sensing', 'optogenetics']);

/** Themes of keywords that a study can be about; animals, dyes and indicators are what it used. */
const SUBJECT_MATTER =
  /cells$|neurons$|dopamine|noradrenaline|serotonin|acetylcholine|astrocytes|glia|odors|\bcamp\b|blood flow|ketamine|psilocybin|cocaine|morphine|fentanyl|Bayesian|helplessness|swimming|ripples|motor units/i;

/** Themes named. */
const MOST_THEMES = 4;

/** Themes that the page does not name yet, as they are written. */
export function findThemes(at: FactsAtHand, said: string): string[] {
  const { name, keywords } = at.facts.dandiset;
  const evidence = listEvidence(at);
  const ofFiles = at.contents.all.keywords.values.map(({ value }) => value);
  const texts = [name, ...keywords, ...ofFiles.filter((keyword) => isBorneOut(keyword, evidence))];
  const found = texts.flatMap((text) => {
    const techniques = findTechniqueMentions(text).filter(({ term }) => OF_CONTENT.has(term.id));
    const tasks = findTaskMentions(text).filter(
      ({ written }) =>
        !LOOSE_TASK.test(written) && !/^(?:freely|head[- ]|awake|an(?:a?e)sthe)/i.test(written),
    );
    return (
      [...techniques, ...tasks]
        // A word that the table takes for a term of another stem is too loose.
        .filter(({ written, term }) => /\s/.test(written) || isOfStem(written, term.name))
        .sort((a, b) => a.at - b.at)
        .map(({ written, term }) =>
          // One word, or an adjective, is told by the name that the table has for it.
          /\s/.test(written) && !/(?:ic|al|ed|out)$/i.test(written) ? lowerTitle(written) : term.name,
        )
    );
  });
  const known = said.toLowerCase();
  return distinct([...listThemes(at).filter((theme) => SUBJECT_MATTER.test(theme)), ...found])
    .filter((theme) => !known.includes(theme.toLowerCase().slice(0, 7)))
    .filter(
      (theme, order, all) =>
        !all.some((other, place) => place !== order && other.toLowerCase().includes(theme.toLowerCase())),
    )
    .map((theme) => (/ task$/i.test(theme) ? `the ${theme}` : theme))
    .slice(0, MOST_THEMES);
}

/** Letters by which two words are of one stem. */
const STEM = 4;

function isOfStem(written: string, name: string): boolean {
  return name.toLowerCase().includes(written.toLowerCase().slice(0, STEM));
}
