/**
 * Scripted writers in known styles, to measure what each mode of writing lets through: each writes the same
 * sentences about a Dandiset from its facts, with the errors of its style, in whichever format is requested.
 * They are scripts: they do not show what real models do.
 */
import type { Fact } from '../../shared/facts/list/fact.ts';
import type { WrittenSentence } from '../../shared/prompt/structured-schema.ts';

/** The styles; each changes its sentences in its own way. */
export const STYLES = [
  'faithful',
  'sloppy numbers',
  'invents regions',
  'widens scope',
  'states claims as facts',
  'invents devices and labs',
  'wrong nouns',
  'fenced',
  'thinks aloud',
  'truncated',
  'no JSON at first',
  'never JSON',
] as const;
export type Style = (typeof STYLES)[number];

/** A sentence of a script: as written, and as it would be without the error. */
export interface ScriptedSentence extends WrittenSentence {
  readonly part: 'abstract' | 'data';
  readonly truth: string;
  /** The words that no fact supports; absent for a true sentence. */
  readonly error?: string;
}

/** The sentences that a script writes about a Dandiset. */
export interface Script {
  readonly sentences: readonly ScriptedSentence[];
  readonly keywords: readonly {
    readonly text: string;
    readonly facts: readonly string[];
    readonly error?: string;
  }[];
}

/** One in this many sentences has its style's error, if it can have one. */
const FAULTY_EVERY = 2;

/** Builds the script of one style. */
export function writeScript(list: readonly Fact[], style: Style): Script {
  const sentences = list.flatMap(describeFact).slice(0, 26);
  let turn = 0;
  const reported = sentences.map((sentence): ScriptedSentence => {
    const changed = addError(sentence, list, style);
    if (changed === undefined) return sentence;
    turn += 1;
    return turn % FAULTY_EVERY === 1 ? changed : sentence;
  });
  const keywords = list
    .filter(
      ({ topic, slots }) =>
        (topic === 'species' || topic === 'region' || topic === 'device' || topic === 'technique') &&
        slots.value1,
    )
    .map(({ id, slots }) => ({ text: slots.value1!, facts: [id] }))
    .filter(({ text }) => text.split(/\s+/).length <= 5);
  const general = list.find(({ topic }) => topic === 'modality');
  const owned =
    general?.slots.value1 === undefined ? [] : [{ text: general.slots.value1, facts: [general.id] }];
  const invented =
    style === 'invents regions'
      ? [{ text: INVENTED.region, facts: [list[0]!.id], error: INVENTED.region }]
      : [];
  return { sentences: reported, keywords: [...keywords, ...owned, ...invented].slice(0, 9) };
}

/** Names that are in no fact of the corpus's Dandisets; the bench checks this before it counts. */
export const INVENTED = {
  region: 'nucleus accumbens shell',
  device: 'Zorblat Q7 headstage',
  lab: 'Quillfeather Institute',
} as const;

/** Describes a fact as a model would, with slots for its words if it has them. */
function describeFact(fact: Fact): ScriptedSentence[] {
  const { id, topic, slots } = fact;
  const say = (
    part: ScriptedSentence['part'],
    text: string,
    kind: ScriptedSentence['kind'] = 'fact',
    starts: ScriptedSentence['starts'] = 'continues',
  ): ScriptedSentence[] => {
    const truth = text.replace(/\{F\d+\.(\w+)\}/g, (_, name: string) => slots[name] ?? '');
    return [{ part, starts, text, facts: [id], kind, truth }];
  };
  const slot = (name: string) => `{${id}.${name}}`;
  switch (topic) {
    case 'title':
      return say('abstract', `The Dandiset is titled “${slot('title')}”.`, 'claim', 'paragraph');
    case 'owners': {
      const said = /“(.*)”/s.exec(fact.text)?.[1] ?? '';
      const first = /^[^.]{30,300}\./.exec(said)?.[0];
      return first === undefined ? [] : say('abstract', first, 'claim');
    }
    case 'subjects':
      return say('abstract', `It holds recordings of ${slot('subjects')} subjects.`, 'fact', 'paragraph');
    case 'session':
      return say('abstract', `There are ${slot('sessions')} sessions.`);
    case 'region':
      return slots.value1 === undefined ? [] : say('abstract', `Recordings were made in ${slot('value1')}.`);
    case 'age':
      return say('abstract', `Their ages are ${slot('age')}.`);
    case 'device':
      return slots.value1 === undefined ? [] : say('abstract', `The device named is ${slot('value1')}.`);
    case 'duration':
      return say('data', `Recordings last ${slot('range')}.`, 'fact', 'paragraph');
    case 'counts':
      return say('data', `There are ${slot('total')} ${slot('noun')} in total.`, 'fact', 'item');
    case 'series':
      return slots.rate === undefined
        ? say('data', `The series ${slot('name')} is stored.`, 'fact', 'item')
        : say('data', `The series ${slot('name')} is sampled at ${slot('rate')}.`, 'fact', 'item');
    case 'table':
      return slots.rows === undefined
        ? []
        : say('data', `The table ${slot('name')} has ${slot('rows')} rows.`, 'fact', 'item');
    case 'files':
      return slots.files === undefined
        ? []
        : say('data', `The Dandiset has ${slot('files')} files of ${slot('size')}.`, 'fact', 'paragraph');
    case 'licence':
      return say('data', `The licence is ${slot('licence')}.`, 'fact', 'paragraph');
    default:
      return [];
  }
}

/** The sentence with its style's error; undefined if the style has none for it. */
function addError(
  sentence: ScriptedSentence,
  list: readonly Fact[],
  style: Style,
): ScriptedSentence | undefined {
  const fact = list.find(({ id }) => id === sentence.facts[0])!;
  const withError = (text: string, error: string, kind = sentence.kind): ScriptedSentence => ({
    ...sentence,
    text,
    error,
    kind,
  });
  const plain = sentence.truth;
  switch (style) {
    case 'sloppy numbers': {
      const number = /(?<![\p{L}\p{N}._/-])\d[\d,]*(?:\.\d+)?(?![\p{L}\p{N}_]|[.,/-]\d)/u.exec(plain)?.[0];
      if (number === undefined || sentence.kind === 'claim' || fact.topic === 'device') return undefined;
      const wrong = String(Math.round(Number(number.replaceAll(',', '')) * 1.37) + 977);
      return withError(plain.replace(number, wrong), wrong);
    }
    case 'invents regions':
      return sentence.part === 'abstract' && sentence.kind === 'fact'
        ? withError(plain.replace(/\.$/, ` in the ${INVENTED.region}.`), INVENTED.region)
        : undefined;
    case 'invents devices and labs': {
      if (sentence.kind !== 'fact') return undefined;
      const [words, name] =
        sentence.part === 'abstract'
          ? [` at the ${INVENTED.lab}`, INVENTED.lab]
          : [` with a ${INVENTED.device}`, INVENTED.device];
      return withError(plain.replace(/\.$/, `${words}.`), name);
    }
    case 'widens scope':
      return fact.scope.kind === 'files' && fact.scope.files < fact.scope.of && plain.length > 0
        ? withError(`In all files, ${plain[0]!.toLowerCase()}${plain.slice(1)}`, 'In all files')
        : undefined;
    case 'states claims as facts':
      return sentence.kind === 'claim' && fact.topic === 'owners'
        ? withError(plain, plain.slice(0, 40), 'fact')
        : undefined;
    case 'wrong nouns':
      return fact.topic === 'subjects'
        ? withError(plain.replace('subjects', 'laboratories'), 'laboratories')
        : fact.topic === 'session'
          ? withError(plain.replace('sessions', 'electrodes'), 'electrodes')
          : fact.topic === 'counts'
            ? withError(plain.replace(/(\d) .* in total/, '$1 mice in total'), 'mice in total')
            : undefined;
    default:
      return undefined;
  }
}
