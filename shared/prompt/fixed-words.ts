/**
 * The prompt's fixed words, verbatim from the specification. Changing one is a new prompt revision: every
 * summary made from another revision is stale. Pure.
 */

/** Part of every run's identity. */
export const PROMPT_REVISION = 3;

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

/** The same where a Dandiset has no NWB file: asks for what there is. */
export const INSTRUCTIONS_WITHOUT_NWB = `
Below is an auto-generated summary of the contents of a Dandiset. It includes both metadata and a summary of its files, none of which is an NWB file.

Please summarize the experiment in two or three paragraphs in the style of a scientific abstract touching on the likely purpose of the experiment.

Then give a description of what data are available: the kinds of files, and what their names tell of subjects, samples, stains, modalities, and sizes. Nothing is known of what lies inside the files.

Finally provide a list of up to ten keywords.

Please provide your response in raw markdown suitable for copy/paste into a .md document.


`;

/** What stands above the facts over all files. */
export function factsHeading(read: number, assets: number): string {
  return read === 0
    ? `\n\nFacts over all ${assets} files, from their records and names:\n`
    : `\n\nFacts over all files, from ${read === 1 ? 'the one header' : `the ${read} headers`} and the records of ${assets} ${assets === 1 ? 'file' : 'files'}; what is said of some of the files says of how many:\n`;
}

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
export function indent(text: string): string {
  return `${INDENT}${text.replaceAll('\n', `\n${INDENT}`)}\n`;
}
