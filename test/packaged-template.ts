/**
 * The template as CloudFormation gets it, packaged with no network and no credentials, and what its roles may
 * do.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SERVERLESS } from './deployable.ts';

/** A resource, as far as the tests read it. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** A template, as far as the tests read it. */
export interface Template {
  readonly Parameters: Readonly<Record<string, { readonly Type: string; readonly Default: string | number }>>;
  readonly Conditions: Readonly<Record<string, unknown>>;
  readonly Mappings: {
    readonly AtOnce: Readonly<Record<string, { readonly Runs: string; readonly Batches: string }>>;
  };
  readonly Resources: Readonly<Record<string, Resource>>;
}

/** A statement of a policy. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: unknown;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** Packages a folder of `makeDeployable` and returns the text of its template. @throws Error if that fails */
export async function packageTemplate(
  folder: string,
  stage: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  await promisify(execFile)(process.execPath, [SERVERLESS, 'package', '--stage', stage], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, ...environment },
  });
  return readFileSync(join(folder, '.serverless/cloudformation-template-update-stack.json'), 'utf8');
}

/** The statements of a role. @throws Error if the template has none of that name */
export function statementsOfRole({ Resources }: Template, role: string): Statement[] {
  const found = Resources[role];
  if (found === undefined) throw new Error(`The template has no ${role}`);
  const { Policies } = found.Properties as {
    Policies: readonly { PolicyDocument: { Statement: readonly Statement[] } }[];
  };
  return Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

/** A value that CloudFormation accepts alone or as a list. */
export function listValues<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}

/**
 * A resource of a statement as one line: a name of the template, or the pattern with its names unresolved.
 * @throws Error
 */
export function resourceText(resource: unknown): string {
  if (typeof resource === 'string') return resource;
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Sub': pattern } = resource as Record<string, unknown>;
  if (typeof Ref === 'string') return Ref;
  if (Array.isArray(attribute)) return attribute.join('.');
  if (typeof pattern === 'string') return pattern;
  throw new Error(`A resource of another form: ${JSON.stringify(resource)}`);
}

/**
 * What a role may do in the results bucket: actions by key pattern; the bucket itself is the empty one.
 * @throws Error if a statement denies something
 */
export function bucketRights(template: Template, role: string): Record<string, string[]> {
  const rights: Record<string, string[]> = {};
  for (const { Effect, Action, Resource } of statementsOfRole(template, role)) {
    const actions = listValues(Action).filter((action) => action.startsWith('s3:'));
    if (actions.length === 0) continue;
    if (Effect !== 'Allow') throw new Error(`${role} is denied ${actions.join(', ')}`);
    for (const resource of listValues(Resource).map(resourceText)) {
      const [, key = ''] = /^(?:ResultsBucket\.Arn|\$\{ResultsBucket\.Arn\}(?:\/(.+))?)$/.exec(resource) ?? [
        '',
        `elsewhere: ${resource}`,
      ];
      rights[key] = [
        ...new Set([...(rights[key] ?? []), ...actions.map((action) => action.slice(3))]),
      ].sort();
    }
  }
  return rights;
}
