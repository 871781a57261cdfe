/** Where this API's own documents are, from the root. Pure. */

/** A version's folder: its summary, prompt and file types are below. */
export function versionPath(id: string, version: string): string {
  return `/dandisets/${id}/versions/${version}`;
}

/** Where a run is reported. */
export function runPath(id: string): string {
  return `/runs/${id}`;
}
