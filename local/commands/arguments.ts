/** Reads a command's arguments: unknown options and missing values are one sentence each. */

import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { Config } from '../../shared/config.ts';
import { InvalidInputError } from '../../shared/errors.ts';
import type { SummarizeInput } from '../../shared/pipeline/run-payloads.ts';
import { parseSetting } from '../../shared/settings.ts';
import { findNearest } from '../../shared/vocabulary/spelling.ts';
import { COMMON_OPTIONS, readSettings } from './common-options.ts';
import { parsePastedRef } from './pasted-id.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/** The options and positionals of a command. @throws InvalidInputError */
export function readArguments<const O extends Options>(args: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message.split('. ')[0] : String(cause);
    const unknown = /^Unknown option '--([^'=]+)/.exec(message ?? '')?.[1];
    const near =
      unknown === undefined
        ? undefined
        : findNearest(unknown, [...Object.keys(options), ...COMMON_OPTIONS], 2);
    throw new InvalidInputError(
      `${message}. ${near === undefined ? '' : `Did you mean --${near}? `}Run with --help to see all options.`,
      { field: 'arguments' },
      { cause },
    );
  }
}

/** The settings, with the profile from the command line. @throws InvalidInputError */
export function configWith(profile: string | undefined): Config {
  const config = readSettings();
  return profile === undefined
    ? config
    : { ...config, promptProfile: parseSetting('PROMPT_PROFILE', profile) };
}

/** The state machine's input for `000683` or `000683/draft`. @throws InvalidInputError */
export function machineInput(text: string): SummarizeInput {
  const { id, version } = parsePastedRef(text);
  return { dandisetId: id, ...(version === undefined ? {} : { version }) };
}
