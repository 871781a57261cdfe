/** Paths of this API's own documents, from the root. Pure. */

/** A version's path: its summary, prompt and file types are below it. */
export function versionPath(id: string, version: string): string {
  return `/dandisets/${id}/versions/${version}`;
}

/** The path of a run's report. */
export function runPath(id: string): string {
  return `/runs/${id}`;
}
