/** The tool's own name and version, for provenance and requests to the archive. */
import packageDocument from '../package.json' with { type: 'json' };

/** This tool. */
export const TOOL: { readonly name: string; readonly version: string } = {
  name: packageDocument.name,
  version: packageDocument.version,
};
