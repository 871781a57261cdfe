/**
 * The types that describe the sample's four Dandisets before anything is written: files, versions and the
 * texts of the manifests.
 */
import type { SubjectFacts } from './nwb-parts.ts';

/** A file of a Dandiset, with its asset metadata beyond path, size and digests. */
export interface SampleFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Media type, `application/x-nwb` for NWB. */
  readonly encodingFormat: string;
  /** When the file was last changed on its owner's disk, ISO 8601 with offset. */
  readonly modifiedAt: string;
  /**
   * The metadata that the archive's validation extracted from an NWB file; absent for other files and for unreadable
   * ones.
   */
  readonly nwb?: NwbAssetFacts;
}

/** The metadata that DANDI extracts from an NWB file on upload. */
export interface NwbAssetFacts {
  readonly subject: SubjectFacts;
  readonly session: { readonly id: string; readonly description: string; readonly startTime: string };
  readonly approach: readonly string[];
  readonly measurementTechnique: readonly string[];
  readonly variableMeasured: readonly string[];
  readonly keywords: readonly string[];
}

/** A state of a Dandiset: `draft`, or a published version by its date. */
export interface SampleVersion {
  readonly version: string;
  /** When it was published, or for a draft last modified, ISO 8601 with offset. */
  readonly at: string;
  readonly files: readonly SampleFile[];
}

/** A Dandiset with all of its versions. */
export interface SampleDandiset {
  /** Six digits, from 900001 on: far above those that the archive has assigned. */
  readonly identifier: string;
  readonly name: string;
  readonly description: string;
  readonly keywords: readonly string[];
  readonly contributors: readonly SampleContributor[];
  readonly createdAt: string;
  readonly versions: readonly SampleVersion[];
}

/** An invented person or organisation. */
export interface SampleContributor {
  readonly name: string;
  readonly kind: 'Person' | 'Organization';
  readonly roles: readonly string[];
  readonly email?: string;
}

/** The sentence that opens every description. */
export const SYNTHETIC_NOTICE =
  'Synthetic sample: written by a script to show the form of a Dandiset; nothing in it was measured.';

/** The species of the sample, with the terms of the NCBI taxonomy. */
export const SPECIES = {
  mouse: {
    latin: 'Mus musculus',
    common: 'House mouse',
    taxon: 'http://purl.obolibrary.org/obo/NCBITaxon_10090',
  },
  rat: {
    latin: 'Rattus norvegicus',
    common: 'Norway rat',
    taxon: 'http://purl.obolibrary.org/obo/NCBITaxon_10116',
  },
} as const;
