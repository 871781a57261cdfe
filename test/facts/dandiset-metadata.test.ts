/** Metadata of all schemas and without a schema are read, without e-mail addresses. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeMetadata } from '../../shared/facts/dandiset-metadata.ts';
import { findDoi, findOrcid } from '../../shared/facts/terms.ts';
import { parsePythonJson } from '../../shared/python/python-json.ts';
import { requireCorpus } from '../corpus.ts';

const metadata = {
  identifier: 'DANDI:910001',
  version: 'draft',
  name: 'Whisking',
  description: 'One line.\n\nAnother; ask jane@example.org.',
  keywords: ['whiskers', 'whiskers', null],
  license: ['spdx:CC-BY-4.0'],
  about: [
    { schemaKey: 'Anatomy', name: 'neocortex', identifier: 'http://purl.obolibrary.org/obo/UBERON_0001950' },
    { schemaKey: 'Disorder', name: 'epilepsy', identifier: 'MONDO:0005027' },
    { schemaKey: 'GenericType', name: 'touch' },
  ],
  studyTarget: 'How do whiskers sense?',
  protocol: ['https://doi.org/10.1234/PROT.1', 'in house'],
  ethicsApproval: [
    { schemaKey: 'EthicsApproval', identifier: 'IACUC 12', contactPoint: { email: 'board@example.org' } },
  ],
  acknowledgement: 'We thank M.',
  citation: 'Doe (2024) Whisking. https://doi.org/10.80507/dandi.123456/0.123456.1234',
  doi: '10.80507/dandi.123456/0.123456.1234',
  access: [{ status: 'dandi:OpenAccess', contactPoint: { email: 'a@example.org' } }],
  contributor: [
    {
      schemaKey: 'Person',
      name: 'Doe, Jane',
      email: 'jane@example.org',
      identifier: 'https://orcid.org/0000-0002-1825-0097',
      roleName: ['dcite:Author', 'dcite:ContactPerson'],
      affiliation: [{ name: 'An institute', identifier: 'https://ror.org/012345678' }],
      includeInCitation: true,
    },
    {
      schemaKey: 'Organization',
      name: 'A fund',
      roleName: ['dcite:Funder'],
      awardNumber: 'R01',
      includeInCitation: false,
    },
    { schemaKey: 'Person' },
    'Roe',
  ],
  relatedResource: [
    {
      identifier: 'DOI:10.1234/Paper.X',
      name: 'The paper',
      url: 'https://www.journal.example/paper',
      relation: 'dcite:IsDescribedBy',
      resourceType: 'dcite:JournalArticle',
    },
    { relation: 'dcite:Cites' },
  ],
  wasGeneratedBy: [{ schemaKey: 'Project', name: 'Barrels', identifier: 'U19' }],
  assetsSummary: {
    numberOfSubjects: 201,
    numberOfFiles: '12',
    numberOfBytes: 1e20,
    numberOfCells: Number.NaN,
    species: [{ name: 'Human' }],
    variableMeasured: ['Units', { value: 'LFP' }],
    dataStandard: [{ name: 'NWB' }],
  },
  dateCreated: '2020-01-01T00:00:00Z',
};

describe('describeMetadata', () => {
  it('returns the content of the metadata', () => {
    expect(describeMetadata(metadata)).toEqual({
      identifier: 'DANDI:910001',
      version: 'draft',
      name: 'Whisking',
      description: 'One line.\n\nAnother; ask [e-mail removed].',
      citation: 'Doe (2024) Whisking.',
      acknowledgement: 'We thank M.',
      created: '2020-01-01T00:00:00Z',
      access: 'OpenAccess',
      keywords: ['whiskers'],
      licenses: ['CC-BY-4.0'],
      about: [
        { kind: 'anatomy', name: 'neocortex', identifier: 'UBERON:0001950' },
        { kind: 'disorder', name: 'epilepsy', identifier: 'MONDO:0005027' },
        { kind: 'other', name: 'touch' },
      ],
      studyTargets: ['How do whiskers sense?'],
      protocols: [{ doi: '10.1234/prot.1', url: 'https://doi.org/10.1234/PROT.1' }, { text: 'in house' }],
      ethicsApprovals: [{ identifier: 'IACUC 12' }],
      contributors: [
        {
          kind: 'person',
          name: 'Doe, Jane',
          roles: ['Author', 'ContactPerson'],
          orcid: '0000-0002-1825-0097',
          affiliations: [{ name: 'An institute', identifier: 'https://ror.org/012345678' }],
          isInCitation: true,
        },
        {
          kind: 'organization',
          name: 'A fund',
          roles: ['Funder'],
          award: 'R01',
          affiliations: [],
          isInCitation: false,
        },
      ],
      projects: [{ name: 'Barrels', identifier: 'U19' }],
      relatedResources: [
        {
          doi: '10.1234/paper.x',
          url: 'https://www.journal.example/paper',
          name: 'The paper',
          relation: 'IsDescribedBy',
          resourceType: 'JournalArticle',
        },
      ],
      claims: {
        subjects: 201,
        files: 12,
        bytes: 1e20,
        species: ['Human'],
        approaches: [],
        techniques: [],
        variables: ['Units', 'LFP'],
        standards: ['NWB'],
      },
    });
  });

  it("returns the same for JSON parsed by Python's rules", () => {
    const text = JSON.stringify(metadata);
    expect(describeMetadata(parsePythonJson(text))).toEqual(describeMetadata(JSON.parse(text)));
  });

  it('treats an embargo together with open access as an embargo', () => {
    const access = [
      { status: 'dandi:OpenAccess' },
      { status: 'dandi:EmbargoedAccess', embargoedUntil: '2030-01-01' },
    ];
    expect(describeMetadata({ access })).toMatchObject({
      access: 'EmbargoedAccess',
      embargoedUntil: '2030-01-01',
    });
  });

  it('limits lists and texts', () => {
    const described = describeMetadata({
      keywords: Array.from({ length: 6_000 }, (_, at) => `k${at}`),
      description: 'd'.repeat(1_000_000),
    });
    expect(described.keywords.length).toBe(500);
    expect(described.omitted).toEqual({ keywords: 5_500 });
    expect(described.description?.length).toBe(20_000);
  });

  it('never throws, for any metadata, by either reader', () => {
    const field = fc.constantFrom(
      ...Object.keys(metadata),
      'name',
      'schemaKey',
      'affiliation',
      'roleName',
      '__proto__',
    );
    const { value } = fc.letrec<{ value: unknown; object: unknown }>((tie) => ({
      object: fc.dictionary(field, tie('value'), { maxKeys: 8 }),
      value: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom<unknown>(null, 'Person', 'a@example.org', '', 0, true, 1e300),
        fc.jsonValue(),
        fc.array(tie('value'), { maxLength: 4 }),
        tie('object'),
      ),
    }));
    fc.assert(
      fc.property(value, (anything) => {
        const reported = JSON.stringify(describeMetadata(anything));
        expect(reported).not.toContain('a@example.org');
        expect(() => describeMetadata(parsePythonJson(JSON.stringify(anything)))).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });

  it('returns no e-mail address from real metadata', (test) => {
    const manifests = join(requireCorpus(test), 'manifests');
    if (!existsSync(manifests)) test.skip('needs the real manifests');
    for (const id of readdirSync(manifests)) {
      const text = readFileSync(join(manifests, id, 'dandiset.jsonld'), 'utf8');
      const described = describeMetadata(parsePythonJson(text));
      expect(described.identifier).toBe(`DANDI:${id}`);
      expect(described.name).toBeDefined();
      expect(JSON.stringify(described)).not.toMatch(/[\w.]@[\w-]+\.\w/);
    }
  });
});

describe('findDoi', () => {
  it.each([
    ['doi:10.1038/Nature17643', '10.1038/nature17643'],
    ['DOI:10.17605/OSF.IO/HV7JA', '10.17605/osf.io/hv7ja'],
    ['https://doi.org/10.1002/hbm.22836.', '10.1002/hbm.22836'],
    ['https://dx.doi.org/10.1016/S0896-6273(00)80820-X', '10.1016/s0896-6273(00)80820-x'],
    ['(see 10.1038/nature17643)', '10.1038/nature17643'],
    ['https://doi.org/10.1038%2Fnature17643?x=1#y', '10.1038/nature17643'],
    ['https://www.biorxiv.org/content/10.1101/2020.03.31.018820v1', '10.1101/2020.03.31.018820'],
    ['https://www.biorxiv.org/content/10.1101/2020.03.31.018820v2.full.pdf', '10.1101/2020.03.31.018820'],
    ['10.48324/dandi.000004/0.220126.1852', '10.48324/dandi.000004/0.220126.1852'],
    ['10.80507/dandi.123456/0.123456.1234', undefined],
    ['https://elifesciences.org/articles/06619', undefined],
    ['10.1038/', undefined],
    [7, undefined],
  ])('%s', (text, doi) => {
    expect(findDoi(text)).toBe(doi);
  });
});

describe('findOrcid', () => {
  it('verifies the check digit', () => {
    expect(findOrcid('0000-0002-1825-0097')).toBe('0000-0002-1825-0097');
    expect(findOrcid('https://orcid.org/0000-0002-1694-233x')).toBe('0000-0002-1694-233X');
    expect(findOrcid('0000-0002-1825-0098')).toBeUndefined();
    expect(findOrcid('https://ror.org/012345678')).toBeUndefined();
  });
});
