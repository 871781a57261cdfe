/**
 * The faulty pieces that a second reading found in the benchmark's replies. The reader had the unmarked replies, with
 * pieces numbered from 0, and the facts of each Dandiset, but neither marks nor checks. The reader was the same as for
 * the first reading, which limits the independence of the two. They differed in one piece of 914 (the five variants of
 * 000121), and counting the files of 000350 by content revealed another fault that both had missed: both are marked
 * since.
 */

/** Numbers of the faulty pieces, by `DANDISET STYLE`; replies that are not listed have none. */
export const SECOND_READING: Readonly<Record<string, readonly number[]>> = {
  '000008 terse': [0, 2, 5, 10],
  '000008 verbose': [1, 3, 5, 6, 7],
  '000121 gpt-4o': [5],
  '000121 bulleted': [1, 3, 4, 5, 6, 9, 10, 13],
  '000121 small': [3, 4, 6, 9, 12],
  '000217 terse': [1, 2, 3, 5, 6],
  '000217 verbose': [1, 4, 7, 8, 9, 10, 14],
  '000350 bulleted': [2, 3, 5, 6, 8, 9, 12],
  '000350 verbose': [1, 4, 5, 6, 8],
  '000447 terse': [1, 2, 3, 6, 7, 9, 10],
  '000447 small': [3, 6, 7, 8, 10, 16],
  '000626 terse': [0, 2, 5, 6, 7, 8],
  '000626 verbose': [1, 4, 6, 8, 9, 11, 15],
  '000871 bulleted': [1, 2, 4, 5, 7, 8, 10, 11],
  '000871 verbose': [1, 4, 6, 7, 8, 10, 13],
  '000939 terse': [2, 3, 5, 6, 8, 10, 14],
  '000939 small': [2, 5, 7, 10, 11, 12],
  '001170 bulleted': [1, 2, 4, 5, 6, 8, 9, 13],
  '001170 verbose': [1, 3, 5, 7, 8, 9, 14],
  '001258 terse': [0, 1, 2, 3, 4, 6, 7, 10],
  '001258 small': [2, 5, 7, 9, 11, 12, 13],
  '000023 terse': [0, 1, 2, 5, 6],
  '000023 verbose': [3, 6, 7, 8, 9, 10, 13],
  '000147 bulleted': [0, 2, 3, 4, 5, 6, 12],
  '000147 small': [2, 5, 6, 7, 10, 11, 12, 14],
  '000244 terse': [1, 3, 4, 5, 6, 7, 11],
  '000244 verbose': [2, 4, 6, 7, 9, 11, 12, 16],
  '000481 bulleted': [2, 3, 6, 7, 9, 10, 13],
  '000481 verbose': [1, 2, 6, 7, 8, 9, 10, 13],
  '000544 terse': [2, 3, 4, 5, 6, 7, 12],
  '000544 verbose': [1, 2, 4, 5, 7, 8, 10, 13, 14],
  '000686 terse': [2, 3, 5, 6, 8, 9, 12],
  '000686 small': [3, 6, 9, 10, 11, 12, 14],
  '000701 bulleted': [1, 3, 4, 6, 8, 9, 10, 13],
  '000701 small': [2, 4, 5, 9, 10, 11, 12],
  '001035 terse': [1, 2, 4, 5, 6, 7, 11],
  '001035 verbose': [1, 2, 5, 7, 8, 9, 10, 11, 15],
  '001201 bulleted': [1, 2, 4, 6, 7, 9, 12],
  '001201 small': [4, 5, 9, 10, 11, 12, 13, 14, 17],
  '001282 terse': [0, 1, 2, 4, 5, 7, 10],
  '001282 verbose': [2, 4, 5, 7, 9, 10, 11, 12, 13, 17],
};
