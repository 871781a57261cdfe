/**
 * The prompt's fixed words, verbatim from the specification. Changing one is a new prompt revision: every
 * summary made from another revision is stale. Pure.
 */

/** Part of every run's identity. */
export const PROMPT_REVISION = 2;

/** What the model is asked to do; the metadata follow. */
export const INSTRUCTIONS = `
Below is an auto-generated summary of the contents of a Dandiset. It includes both metadata and a summary of the contents of the NWB files.

Please summarize the experiment in two or three paragraphs in the style of a scientific abstract touching on the likely purpose of the experiment.

Then give a description of what data are available in the NWB files.

Finally provide a list of up to ten keywords.

You should not refer to "Type X" since these are just internal labels used for communicating the breakdown of NWB files.

The summaries are from representative NWB files for each type, so keep that in mind when making your description. So for example, the timestamp or session ID is not going to be representative of all NWB files of that type.

Please provide your response in raw markdown suitable for copy/paste into a .md document.


`;

/** How many NWB files there are. */
export function totalLine(id: string, files: number): string {
  return `Dandiset ${id} has ${files} NWB files.\n`;
}

/** How many of them are of one type. */
export function typeLine(files: number, label: number): string {
  return `${files} of these NWB files are of type ${label}.\n`;
}

/** What stands above a type's section. */
export function sectionHeading(label: number): string {
  return `\n\nHere is a summary of the type ${label} NWB files:\n`;
}

/** What stands before each line of a section, also before each further line of a value or description. */
export const INDENT = '  ';

/** A text of a section, each of its lines indented. */
export function indented(text: string): string {
  return `${INDENT}${text.replaceAll('\n', `\n${INDENT}`)}\n`;
}
