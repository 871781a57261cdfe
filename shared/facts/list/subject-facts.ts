/** Facts on the subjects: their number, species, sex, age and kind. Pure. */
import { findSpecies } from '../../vocabulary/species.ts';
import { formatAge } from '../age.ts';
import type { FileContents } from '../contents.ts';
import { countText, numberText } from '../fact-words.ts';
import type { Distribution } from '../tally.ts';
import { type FactDrafts, firstEvidence } from './fact-drafts.ts';

/** The subjects and their properties. */
export function addSubjectFacts(all: FileContents, drafts: FactDrafts): void {
  if (all.subjects > 0) {
    const subjects = countText(all.subjects, 'subject');
    drafts.push(
      'subjects',
      `Subjects: ${subjects}, counted over the files`,
      { subjects: numberText(all.subjects), counted: subjects },
      { kind: 'dandiset' },
      'counted',
      firstEvidence(all.species, all.sexes),
      1,
    );
  }
  drafts.tally('species', 'Species', all.species, 1, (value) => {
    const species = findSpecies(value);
    return species === undefined ? value : `${value} (${species.singular})`;
  });
  drafts.tally('sex', 'Sex', all.sexes, 1);
  if (all.ages !== undefined) addAges(all.ages, 'birth', drafts);
  if (all.gestationalAges !== undefined) addAges(all.gestationalAges, 'gestational', drafts);
  drafts.tally('genotype', 'Genotype', all.genotypes, 2);
  drafts.tally('strain', 'Strain', all.strains, 2);
  drafts.tally('disorder', 'Disorder', all.disorders, 2);
}

function addAges(ages: Distribution, reference: 'birth' | 'gestational', drafts: FactDrafts): void {
  const range = formatAge({ min: ages.min, max: ages.max, reference });
  const median = formatAge({ min: ages.median, max: ages.median, reference });
  const isOne = ages.min === ages.max;
  drafts.push(
    'age',
    `Age: ${range}${isOne ? '' : ` (median ${median})`}, stated of ${countText(ages.files, 'subject')}`,
    { age: range, median: median },
    { kind: 'dandiset' },
    'records and headers',
    [],
    1,
  );
}
