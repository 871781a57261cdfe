/** Checks of a reply's form: parts, paragraphs, keywords, markup, length, language, ending. Pure. */
import { foldWords } from '../../fold-text.ts';
import { MAX_KEYWORD_WORDS, MAX_KEYWORDS, PART_HEADINGS, PART_NAMES } from '../../model/headings.ts';
import type { Check, Draft } from '../check.ts';
import { shortenExcerpt } from '../markdown.ts';

const WHOLE = { part: 'reply', index: 0 } as const;

/** The reply is no longer than a summary can be. */
export const size: Check = {
  name: 'size',
  severity: 'error',
  rule: 'the reply is short enough to be a summary, and could be parsed',
  find: ({ refused }) =>
    refused === undefined ? [] : [{ message: `The reply ${refused}.`, excerpt: '', location: WHOLE }],
};

/** All three parts are present. */
export const parts: Check = {
  name: 'parts',
  severity: 'error',
  rule: 'abstract, data description and keywords are all present',
  find: ({ parts, removed = [], refused }) => {
    if (refused !== undefined) return [];
    const whole = PART_NAMES.every((part) => parts[part].length === 0)
      ? NO_ANSWER.find(([kind]) => removed.some((piece) => piece.kind === kind))
      : undefined;
    if (whole !== undefined) return [{ message: whole[1], excerpt: '', location: WHOLE }];
    return PART_NAMES.filter((part) => parts[part].length === 0).map((part) => ({
      message: `The part “${PART_HEADINGS[part]}” is missing.`,
      excerpt: '',
      location: { part, index: 0 },
    }));
  },
};

/** Messages for replies without an answer, by the kind of piece that was removed from them. */
const NO_ANSWER = [
  ['marks', 'The reply is nothing but marks, such as those that the request sets round the material.'],
  ['thinking', 'The reply is thinking aloud, and no answer follows it.'],
] as const;

/** The reply ended by itself. */
export const finish: Check = {
  name: 'finish',
  severity: 'error',
  rule: 'the reply is complete: it was neither cut at a limit nor filtered',
  find: ({ finish }) =>
    finish === undefined || finish === 'stop'
      ? []
      : [{ message: `The reply did not end of itself (${finish}).`, excerpt: '', location: WHOLE }],
};

/** The abstract has two or three paragraphs of prose. */
export const paragraphs: Check = {
  name: 'paragraphs',
  severity: 'warning',
  rule: 'the abstract has two or three paragraphs and nothing else',
  find: ({ parts, prose }) => {
    const blocks = prose.filter(({ part }) => part === 'abstract');
    const others = blocks.filter(({ nodeTypes }) =>
      ['list', 'table', 'blockquote', 'code'].some((type) => nodeTypes.has(type)),
    );
    const found: Draft[] = others.map(({ markdown, index }) => ({
      message: 'The abstract holds something other than a paragraph.',
      excerpt: shortenExcerpt(markdown),
      location: { part: 'abstract', index },
    }));
    const count = parts.abstract.length - others.length;
    if (count > 0 && (count < 2 || count > 3)) {
      const message = `The abstract has ${count} paragraph${count === 1 ? '' : 's'} in place of two or three.`;
      found.push({ message, excerpt: '', location: { part: 'abstract', index: 0 } });
    }
    return found;
  },
};

/** There are at most ten keywords, distinct, none of them a sentence. */
export const keywords: Check = {
  name: 'keywords',
  severity: 'warning',
  rule: 'there are at most ten keywords, distinct, none of them a sentence',
  find: ({ parts }) => {
    const seen = new Set<string>();
    return parts.keywords.flatMap((keyword, index): Draft[] => {
      const location = { part: 'keywords', index } as const;
      const key = foldWords(keyword);
      if (seen.has(key)) return [{ message: 'A keyword appears twice.', excerpt: keyword, location }];
      seen.add(key);
      if (index >= MAX_KEYWORDS)
        return [{ message: `There are more than ${MAX_KEYWORDS} keywords.`, excerpt: keyword, location }];
      const isSentence = keyword.split(/\s+/).length > MAX_KEYWORD_WORDS;
      return isSentence
        ? [{ message: 'A keyword is a sentence.', excerpt: shortenExcerpt(keyword), location }]
        : [];
    });
  },
};

/** The reply contains only prose, lists, tables and inline code. */
export const markup: Check = {
  name: 'markup',
  severity: 'error',
  rule: 'there are no code blocks, HTML tags or images',
  find: ({ prose }) =>
    prose.flatMap(({ nodeTypes, markdown, part, index }): Draft[] =>
      (
        [
          ['code', 'A block of code is in the text.'],
          ['html', 'HTML is in the text.'],
          ['image', 'An image is in the text.'],
          ['imageReference', 'An image is in the text.'],
        ] as const
      )
        .filter(([type]) => nodeTypes.has(type))
        .map(([, message]) => ({ message, excerpt: shortenExcerpt(markdown), location: { part, index } })),
    ),
};

/** Fewest characters of an abstract and of a description: one sentence each. */
const MIN_LENGTH = 40;
/** Most characters of a part: several pages. */
const MAX_LENGTH = { abstract: 6_000, description: 20_000 } as const;

/** The parts are neither too short nor too long. */
export const length: Check = {
  name: 'length',
  severity: 'error',
  rule: 'abstract and description are of a readable length',
  find: ({ parts }) =>
    (['abstract', 'description'] as const).flatMap((part): Draft[] => {
      const characters = parts[part].join('\n\n').length;
      const location = { part, index: 0 };
      if (characters > 0 && characters < MIN_LENGTH)
        return [
          {
            message: 'The part is a stub.',
            excerpt: shortenExcerpt(parts[part].join(' ')),
            location,
          },
        ];
      return characters > MAX_LENGTH[part]
        ? [
            {
              message: `The part has ${characters.toLocaleString('en-US')} characters; ${MAX_LENGTH[part].toLocaleString('en-US')} are the most.`,
              excerpt: '',
              location,
            },
          ]
        : [];
    }),
};

/** Words that make up about two fifths of any English text. */
const ENGLISH = new Set(
  'the of and to in a is that for it as was with be by on not are this from or an which at were have has had its their these each than also been can may such other into between during both no all they but where while how when used using data files'.split(
    ' ',
  ),
);
/** Lowest share of them; languages that share a few of these words stay below a tenth. */
const MIN_SHARE = 0.15;
/** Fewer words than this are too few to tell the language. */
const MIN_WORDS = 40;

/** The abstract is in English. */
export const language: Check = {
  name: 'language',
  severity: 'error',
  rule: 'the abstract is in English',
  find: ({ prose }) => {
    const text = prose
      .filter(({ part }) => part === 'abstract')
      .map((block) => block.text)
      .join(' ');
    const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
    // Text in a script without spaces has few, very long words.
    const letters = text.match(/\p{L}/gu)?.length ?? 0;
    const share = words.filter((word) => ENGLISH.has(word)).length / Math.max(words.length, letters / 12);
    const isReported = words.length >= MIN_WORDS || letters > MIN_WORDS * 6;
    return isReported && share < MIN_SHARE
      ? [
          {
            message: 'The abstract does not seem to be in English.',
            excerpt: shortenExcerpt(text),
            location: { part: 'abstract', index: 0 },
          },
        ]
      : [];
  },
};
