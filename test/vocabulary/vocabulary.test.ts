/** The vocabulary: terms are found as whole words, and each region, technique and type has its place in the tree. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  expandType,
  extendsType,
  findNeurodataType,
  NEURODATA_TYPES,
  typeAncestors,
} from '../../shared/vocabulary/neurodata-types.ts';
import {
  expandRegion,
  findRegion,
  findRegionById,
  findRegions,
  findRegionsInProse,
  isWithin,
  REGIONS,
  regionAncestors,
} from '../../shared/vocabulary/regions.ts';
import {
  expandSpecies,
  findSpeciesInProse,
  isSpeciesName,
  parseSpecies,
  SPECIES,
} from '../../shared/vocabulary/species.ts';
import {
  expandTask,
  findTask,
  findTasksInProse,
  TASKS,
  taskAncestors,
} from '../../shared/vocabulary/tasks.ts';
import {
  findTechnique,
  findTechniquesByType,
  findTechniquesInProse,
  TECHNIQUES,
  techniqueAncestors,
} from '../../shared/vocabulary/techniques.ts';
import { findUnit, parseQuantity, UNITS } from '../../shared/vocabulary/units.ts';
import { buildVocabulary } from '../../shared/vocabulary/vocabulary.ts';
import { foldTerm } from '../../shared/vocabulary/words.ts';

const ids = (terms: readonly { readonly id: string }[]): string[] => terms.map(({ id }) => id);

describe('species', () => {
  it.each([
    ['Mus musculus - House mouse', 10090],
    ['House mouse', 10090],
    ['MICE', 10090],
    ['M. musculus', 10090],
    ['Mouse (C57BL/6J)', 10090],
    ['http://purl.obolibrary.org/obo/NCBITaxon_10090', 10090],
    ['NCBITaxon:10116', 10116],
    ['https://www.ncbi.nlm.nih.gov/Taxonomy/Browser/wwwtax.cgi?id=9606', 9606],
    ['Brown rat', 10116],
    ['rattus norvegicus domestica', 10116],
    ['Rhesus monkey', 9544],
    ['macaca fascicularis', 9541],
    ['Danio rerio - Zebra fish', 7955],
    ['Caenorhabditis elegans', 6239],
    ['c. elegans', 6239],
    ['Patient', 9606],
    ['Callithrix jacchus', 9483],
  ])('%s', (text, taxonId) => {
    expect(parseSpecies(text)?.taxonId).toBe(taxonId);
  });

  it.each([
    'generation',
    'Unidentified',
    '',
    'operations of categories',
    'mousse',
    'NCBITaxon_32644',
    'ratio',
  ])('finds none in “%s”', (text) => {
    expect(parseSpecies(text)).toBeUndefined();
  });

  it('recognizes placeholders for a species', () => {
    expect(isSpeciesName('http://purl.obolibrary.org/obo/NCBITaxon_32644')).toBe(false);
    expect(isSpeciesName('unknown')).toBe(false);
    expect(isSpeciesName('Axolotl')).toBe(true);
  });

  it('reads a shared word as the first of its species, unless one is named', () => {
    expect(findSpeciesInProse('two monkeys').map(({ taxonId }) => taxonId)).toEqual([9544]);
    expect(findSpeciesInProse('marmosets; each monkey').map(({ taxonId }) => taxonId)).toEqual([9483]);
    expect(findSpeciesInProse('integration in mice and humans').map(({ taxonId }) => taxonId)).toEqual([
      10090, 9606,
    ]);
  });

  it('expands the words of a query', () => {
    expect(expandSpecies('mouse').map(({ taxonId }) => taxonId)).toEqual([10090]);
    expect(expandSpecies('Monkeys').length).toBeGreaterThan(5);
    expect(expandSpecies('rodents').map(({ taxonId }) => taxonId)).toContain(10116);
    expect(expandSpecies('nonhuman primate').map(({ taxonId }) => taxonId)).not.toContain(9606);
  });

  it('has each taxon once, and reads its own names back', () => {
    expect(new Set(SPECIES.map(({ taxonId }) => taxonId)).size).toBe(SPECIES.length);
    for (const { latin, singular, plural, taxonId } of SPECIES) {
      for (const name of [latin, singular, plural]) expect(parseSpecies(name)?.taxonId, name).toBe(taxonId);
    }
  });
});

describe('regions', () => {
  it.each([
    ['V4', 'VIS'],
    ['MGN', 'TH'],
    ['VMHvl', 'HY'],
    ['VISp2/3', 'VIS'],
    ['right V1, layer 4', 'VISp'],
    ['VISp, layer 2/3', 'VISp'],
    ['CA1', 'HIP'],
    ['dorsal CA1', 'HPF'],
    ['Medial entorhinal cortex', 'ENT'],
    ['Cortex, barrel field', 'SSp'],
    ['MOp6a', 'MO'],
    ['left M1', 'MO'],
    ['hippocampus', 'MTL'],
    ['premotor cortex', 'MO'],
    ['primary motor cortex', 'Isocortex'],
    ['Nucleus accumbens core', 'STR'],
    ['LGd', 'TH'],
    ['Lateral habenula', 'EPI'],
    ['anterolateral motor cortex', 'MO'],
    ['ca1', 'CA1'],
    ['Superior Colliculus', 'MB'],
    ['cerebral cortex, temporal pole', 'TL'],
  ])('%s is part of %s', (text, whole) => {
    const region = findRegion(text);
    expect(region).toBeDefined();
    expect(isWithin(region!.id, whole)).toBe(true);
  });

  it.each(['unknown', 'superior', 'SUPERIOR', '(0.5, 1.2)', '', 'category', 'accordingly', 'n/a'])(
    'finds none in “%s”',
    (text) => {
      expect(findRegion(text)).toBeUndefined();
    },
  );

  it('distinguishes superior from inferior', () => {
    expect(findRegion('superior colliculus')?.id).toBe('SC');
    expect(findRegion('inferior colliculus')?.id).toBe('IC');
    expect(findRegion('central nucleus of the inferior colliculus')?.id).toBe('IC');
  });

  it('finds all regions of a field, each once and the most specific', () => {
    expect(ids(findRegions('CA1, CA3'))).toEqual(['CA1', 'CA3']);
    expect(ids(findRegions('M1/PMd'))).toEqual(['MOp', 'PMd']);
    expect(ids(findRegions('hippocampus and striatum'))).toEqual(['HIP', 'STR']);
    expect(ids(findRegions('CA1 of the hippocampus'))).toEqual(['CA1']);
  });

  it('does not read ordinary words of prose as acronyms', () => {
    expect(ids(findRegionsInProse('PRE and POST sessions; AN array IN the sub folder'))).toEqual([]);
    expect(ids(findRegionsInProse('Units of V1 and of the dentate gyrus'))).toEqual(['VISp', 'DG']);
    expect(ids(findRegionsInProse('a cat ate; ca1 in lower case'))).not.toContain('ACA');
  });

  it('recognizes Latin plurals of regions', () => {
    const ids = (text: string) => findRegionsInProse(text).map(({ id }) => id);
    for (const [plural, singular] of [
      ['visual cortices', 'visual cortex'],
      ['intraparietal sulci', 'intraparietal sulcus'],
      ['both hippocampi', 'hippocampus'],
      ['superior colliculi', 'superior colliculus'],
      ['amygdalae', 'amygdala'],
    ] as const) {
      expect(ids(singular), singular).not.toEqual([]);
      expect(ids(plural), plural).toEqual(ids(singular));
    }
  });

  it('does not read the surface from which a depth is measured as the location', () => {
    for (const text of [
      'Imaged 175 µm below the pia.',
      '600 µm from the dura',
      'depth relative to pia, in V1',
    ])
      expect(findRegionsInProse(text).map(({ id }) => id)).not.toContain('MENI');
    expect(findRegions('depth from dura, VISp').map(({ id }) => id)).toEqual(['VISp']);
    expect(findRegion('dura')?.id).toBe('MENI');
    expect(findRegionsInProse('Vessels of the dura mater were imaged.').map(({ id }) => id)).toEqual([
      'MENI',
    ]);
  });

  it('traverses the tree up and down', () => {
    expect(regionAncestors('VISp')).toEqual(expect.arrayContaining(['VIS', 'Isocortex', 'CTX', 'root']));
    expect(expandRegion('HPF')).toEqual(expect.arrayContaining(['CA1', 'ENTm', 'SUB']));
    expect(expandRegion('nowhere')).toEqual([]);
    expect(regionAncestors('nowhere')).toEqual([]);
  });

  it('has hundreds of regions, each within the nervous system and found by its name', () => {
    expect(REGIONS.length).toBeGreaterThan(300);
    for (const { id, name } of REGIONS) {
      expect(isWithin(id, 'NS'), id).toBe(true);
      expect(findRegion(name)?.id, name).toBe(id);
      expect(expandRegion(id)).toContain(id);
      for (const whole of regionAncestors(id)) expect(expandRegion(whole)).toContain(id);
      expect(regionAncestors(id)).not.toContain(id);
    }
  });

  it('finds the same region by id and by name', () => {
    expect(findRegionById('VISp')?.name).toBe('primary visual area');
    expect(findRegionById('constructor')).toBeUndefined();
  });
});

describe('techniques', () => {
  it.each([
    ['2p', 'two-photon'],
    ['2P', 'two-photon'],
    ['two-photon microscopy technique', 'two-photon'],
    ['iEEG', 'intracranial-eeg'],
    ['patch clamp technique', 'patch-clamp'],
    ['whole-cell recordings', 'patch-clamp'],
    ['Neuropixels', 'neuropixels'],
    ['electrophysiological approach', 'electrophysiology'],
    ['microscopy approach; cell population imaging', 'imaging'],
    ['optogenetic approach', 'optogenetics'],
    ['Fibre photometry', 'photometry'],
    ['spike sorting technique', 'spike-sorting'],
  ])('%s', (text, id) => {
    expect(findTechnique(text)?.id).toBe(id);
  });

  it('does not find a term within another word', () => {
    expect(ids(findTechniquesInProse('optophysiology'))).not.toContain('optogenetics');
    expect(ids(findTechniquesInProse('a megabyte of pets in semantic frames'))).toEqual([]);
    expect(ids(findTechniquesInProse('Voltage-clamp and current clamp'))).toEqual([
      'voltage-clamp',
      'current-clamp',
    ]);
  });

  it('knows kinds', () => {
    expect(techniqueAncestors('ecog')).toContain('intracranial-eeg');
    expect(ids(findTechniquesByType('TwoPhotonSeries'))).toEqual(['two-photon']);
    expect(findTechniquesByType('toString')).toEqual([]);
  });

  it('finds each by its name', () => {
    for (const { id, name } of TECHNIQUES) expect(findTechnique(name)?.id, name).toBe(id);
  });
});

describe('tasks', () => {
  it('finds each by its name, and kinds', () => {
    for (const { id, name } of TASKS) expect(findTask(name)?.id, name).toBe(id);
    expect(taskAncestors('center-out')).toEqual(['reaching', 'motor']);
    expect(expandTask('navigation')).toContain('place-coding');
    expect(ids(findTasksInProse('Place cells on a linear track'))).toEqual(['place-coding', 'linear-track']);
  });
});

describe('neurodata types', () => {
  it('have base types up to the container, and derived types', () => {
    expect(typeAncestors('SpikeEventSeries')).toEqual([
      'ElectricalSeries',
      'TimeSeries',
      'NWBDataInterface',
      'NWBContainer',
      'Container',
    ]);
    expect(extendsType('Units', 'DynamicTable')).toBe(true);
    expect(expandType('ImageSeries')).toContain('TwoPhotonSeries');
    expect(findNeurodataType('electricalseries')).toBe('ElectricalSeries');
    expect(expandType('LabOwnType')).toEqual(['LabOwnType']);
    for (const type of NEURODATA_TYPES) expect(typeAncestors(type)).not.toContain(type);
  });
});

describe('units', () => {
  it.each([
    ['30 kHz', 'frequency', 30_000],
    ['30 khz', 'frequency', 30_000],
    ['1.5 h', 'time', 5400],
    ['90 minutes', 'time', 5400],
    ['10gb', 'size', 1e10],
    ['1 TiB', 'size', 1024 ** 4],
    ['1,251', 'ratio', 1251],
    ['12 um', 'length', 12e-6],
    ['5 fps', 'frequency', 5],
    ['500', 'frequency', 500],
  ] as const)('%s as %s', (text, quantity, value) => {
    expect(parseQuantity(text, quantity)).toBeCloseTo(value, 12);
  });

  it('rejects other quantities', () => {
    for (const text of ['', 'many', '5 volts', '1 parsec'])
      expect(parseQuantity(text, 'time')).toBeUndefined();
  });

  it('reads every symbol and word back', () => {
    for (const unit of UNITS) {
      expect(findUnit(unit.word)?.word).toBe(unit.word);
      expect(findUnit(unit.symbol)?.symbol).toBe(unit.symbol);
    }
  });
});

describe('every table', () => {
  it('is found anywhere in a text, only as whole words', () => {
    const term = { id: 'a', name: 'place cell', synonyms: [], abbreviations: ['PC'], parents: [] };
    const vocabulary = buildVocabulary([term]);
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const text = `${before} place  cells ${after}`;
        expect(vocabulary.findMentions(text).map(({ term: { id } }) => id)).toContain('a');
      }),
    );
    expect(vocabulary.findMentions('placecell PCs pc xPC')).toEqual([]);
    expect(vocabulary.findExact('pc')?.id).toBe('a');
  });

  it('is rejected with a message if it is invalid', () => {
    const term = { id: 'a', name: 'a', synonyms: [], abbreviations: [], parents: [] };
    expect(() => buildVocabulary([term, term])).toThrow('a twice');
    expect(() => buildVocabulary([{ ...term, parents: ['b'] }])).toThrow('no term');
  });

  it('folds any text idempotently', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(foldTerm(foldTerm(text)).split(' ').length).toBe(foldTerm(text).split(' ').length);
      }),
    );
  });
});
