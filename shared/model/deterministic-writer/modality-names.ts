/**
 * Names kinds of data: photon imaging is called calcium imaging only if the metadata or the headers say so. Pure.
 */
import type { DandisetFacts } from '../../prompt/facts.ts';
import type { Modality } from '../../vocabulary/modalities.ts';

/** The noun of a modality that these facts support. */
export function nameModality(modality: Modality, facts: DandisetFacts): string {
  if (modality.id === 'two-photon' || modality.id === 'one-photon') {
    return mentionsCalcium(facts) ? modality.noun.replace('imaging', 'calcium imaging') : modality.noun;
  }
  return modality.noun;
}

/** The keyword of a modality that these facts support; undefined if it has none. */
export function nameKeyword(modality: Modality, facts: DandisetFacts): string | undefined {
  if (modality.id === 'two-photon' || modality.id === 'one-photon') return nameModality(modality, facts);
  return modality.keyword;
}

function mentionsCalcium({ dandiset, fileTypes }: DandisetFacts): boolean {
  const said = [
    dandiset.name,
    dandiset.description.slice(0, 20_000),
    ...dandiset.keywords,
    ...dandiset.techniques,
    ...dandiset.approaches,
    ...fileTypes.flatMap((type) => [
      ...Object.values(type.texts),
      ...type.series.map((series) => series.description),
      ...type.modules.map((module) => module.description),
    ]),
  ];
  return said.some((text) =>
    /\bcalcium[- ](imaging|indicator|signal|activity|level|dynamic|transient|response)|\bgcamp|\bgecis?\b/i.test(
      text,
    ),
  );
}
