/** `header FILE_OR_URL`: the header of one file in HDF5 or Zarr, as text or as JSON, with the cost of reading it. */
import { InvalidInputError } from '../../shared/errors.ts';
import type { EngineName } from '../../shared/hdf5/hdf5-header-reader.ts';
import { headerToJson } from '../../shared/header/header-json.ts';
import { headerText } from '../../shared/header/header-text.ts';
import { readHeader } from '../../shared/library/read-header.ts';
import { type ReadReferencesOptions, readReferences } from '../../shared/library/read-references.ts';
import type { ReferenceFormat } from '../../shared/references/build-references.ts';
import { readArguments } from './arguments.ts';
import { readSettings } from './common-options.ts';

const ENGINES: readonly EngineName[] = ['walker', 'libhdf5'];
const FORMATS: readonly ReferenceFormat[] = ['lindi', 'kerchunk'];

/** Prints the header on standard output; with `--report`, one line of JSON on standard error. */
export async function header(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = readArguments(args, {
    json: { type: 'boolean' },
    report: { type: 'boolean' },
    engine: { type: 'string' },
    format: { type: 'string' },
  });
  const [location] = positionals;
  if (location === undefined || positionals.length > 1) {
    throw new InvalidInputError('Name one file or URL.', { field: 'FILE_OR_URL' });
  }
  const { readLimits, downloadHosts } = readSettings();
  if (values.format !== undefined) {
    const options = { limits: readLimits, redirectHosts: downloadHosts, signal };
    return writeReferences(location, readFormat(values.format), options);
  }
  const read = await readHeader(location, {
    engine: readEngine(values.engine),
    limits: readLimits,
    redirectHosts: downloadHosts,
    signal,
  });
  if (values.report === true) process.stderr.write(`${JSON.stringify(read.report)}\n`);
  const text = values.json === true ? `${headerToJson(read.header)}\n` : headerText(read.header);
  await print(text);
  for (const { budget, limit } of read.header.cutShort) {
    process.stderr.write(`The header was partly read: the limit of ${limit} ${budget} was reached.\n`);
  }
  return 0;
}

/** Prints the file as references, and on standard error the number of parts left out. */
async function writeReferences(
  location: string,
  format: ReferenceFormat,
  options: ReadReferencesOptions,
): Promise<number> {
  const { json, notIncluded } = await readReferences(location, format, options);
  await print(`${json}\n`);
  if (notIncluded.length > 0) {
    process.stderr.write(
      `Left out of the references, each with its reason under generationMetadata.notIncluded: ${notIncluded.length}.\n`,
    );
  }
  return 0;
}

function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

function readFormat(name: string): ReferenceFormat {
  const format = FORMATS.find((each) => each === name);
  if (format !== undefined) return format;
  throw new InvalidInputError(`--format must be one of ${FORMATS.join(', ')}, not "${name}".`, {
    field: '--format',
  });
}

function readEngine(name: string | undefined): EngineName {
  if (name === undefined) return 'auto';
  const engine = ENGINES.find((each) => each === name);
  if (engine !== undefined) return engine;
  throw new InvalidInputError(`--engine must be one of ${ENGINES.join(', ')}, not "${name}".`, {
    field: '--engine',
  });
}
