/** Texts as they compare: what punctuation, case and spacing set apart is the same here. Pure. */

/** Its words in lower case, one space between them: `CA1/CA3 ` and `ca1 ca3` are the same. */
export function foldWords(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** Its letters and digits alone, in lower case: `Two_Photon` and `two-photon` are the same. */
export function foldLetters(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

/** Without its spaces and line ends, which markdown may set otherwise. */
export function foldSpaces(text: string): string {
  return text.replace(/\s+/g, '');
}
