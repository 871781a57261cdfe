/**
 * A plugin of the framework: has everything call published versions. A state machine names the versions of its
 * functions, so that a run ends on the code that it began with; everything else calls the alias `live`. What the
 * aliases stand for is written into one SSM parameter, whose history is the list of releases that
 * `scripts/rollback.ts` goes back through.
 */

/** The alias of every function and of every state machine. */
export const LIVE = 'live';

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly [attribute: string]: unknown;
}

/** A template, as far as this looks at it. */
export interface Template {
  readonly Resources: Record<string, Resource>;
}

/** The framework, as far as this looks at it. */
interface Framework {
  readonly service: {
    readonly service: string;
    readonly provider: { readonly stage: string; readonly compiledCloudFormationTemplate: Template };
  };
  readonly getProvider: (name: 'aws') => { readonly getStage: () => string };
}

/** What calls a function, by the kind of resource. Roles name all versions by themselves. */
const CALLERS: ReadonlySet<string> = new Set([
  'AWS::ApiGatewayV2::Integration',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Permission',
  'AWS::Scheduler::Schedule',
]);

/** The plugin; the framework makes one for each command. */
export default class Versions {
  readonly hooks: Readonly<Record<string, () => void>>;

  constructor(framework: Framework) {
    this.hooks = {
      'after:aws:package:finalize:mergeCustomProviderResources': () => {
        const { service, provider } = framework.service;
        const stage = framework.getProvider('aws').getStage();
        const releaseName = `/${service}/${stage}/release`;
        pinVersions(provider.compiledCloudFormationTemplate, releaseName, new Date());
      },
    };
  }
}

/**
 * Changes the template: versions for state machines, aliases for all others, the release's parameter.
 * @param now is in every alias, so that each deployment sets all of them, also those that a roll-back moved
 * @throws Error where a function has no version
 */
export function pinVersions(template: Template, releaseName: string, now: Date): void {
  const { Resources } = template;
  const versions = findVersions(Resources);
  const description = `Deployed as packaged at ${now.toISOString()}`;
  for (const [id, resource] of Object.entries(Resources)) {
    if (resource.Type === 'AWS::StepFunctions::StateMachine') {
      Resources[id] = replaceFunctions(resource, versions, (name) => ({ Ref: versions.get(name) }));
    } else if (resource.Type === 'AWS::StepFunctions::StateMachineAlias') {
      Resources[id] = { ...resource, Properties: { ...resource.Properties, Description: description } };
    } else if (CALLERS.has(resource.Type)) {
      Resources[id] = callAlias(resource, versions);
    }
  }
  for (const [name, version] of versions) {
    Resources[buildAliasName(name)] = {
      Type: 'AWS::Lambda::Alias',
      Properties: {
        Name: LIVE,
        Description: description,
        FunctionName: { Ref: name },
        FunctionVersion: { 'Fn::GetAtt': [version, 'Version'] },
      },
    };
  }
  Resources.Release = releaseParameter(Resources, versions, releaseName);
}

/** The version of each function, by the names of both in the template. */
function findVersions(resources: Template['Resources']): Map<string, string> {
  const versions = new Map<string, string>();
  for (const [id, { Type, Properties }] of Object.entries(resources)) {
    if (Type !== 'AWS::Lambda::Version') continue;
    versions.set((Properties.FunctionName as { Ref: string }).Ref, id);
  }
  for (const [id, { Type }] of Object.entries(resources)) {
    if (Type === 'AWS::Lambda::Function' && !versions.has(id))
      throw new Error(`${id} has no version: provider.versionFunctions must be true.`);
  }
  return versions;
}

function buildAliasName(functionName: string): string {
  return functionName.replace(/LambdaFunction$/, 'LiveAlias');
}

/** The resource with its function's alias in place of the function, made after that alias. */
function callAlias(resource: Resource, versions: ReadonlyMap<string, string>): Resource {
  if (resource.Type === 'AWS::Lambda::EventInvokeConfig') {
    const { FunctionName } = resource.Properties as { FunctionName: { Ref: string } };
    const Properties = { ...resource.Properties, Qualifier: LIVE };
    return { ...resource, DependsOn: [buildAliasName(FunctionName.Ref)], Properties };
  }
  return replaceFunctions(resource, versions, (name) => ({ Ref: buildAliasName(name) }));
}

/** A copy in which every ARN of a function is what `replace` says. */
function replaceFunctions<T>(
  value: T,
  versions: ReadonlyMap<string, string>,
  replace: (name: string) => unknown,
): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => replaceFunctions(each, versions, replace)) as T;
  const attribute = (value as { 'Fn::GetAtt'?: unknown })['Fn::GetAtt'];
  if (Array.isArray(attribute) && attribute[1] === 'Arn' && versions.has(String(attribute[0])))
    return replace(String(attribute[0])) as T;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, replaceFunctions(each, versions, replace)]),
  ) as T;
}

/** What a release is: the version of each function by its name, and that of each machine by its alias's ARN. */
function releaseParameter(
  resources: Template['Resources'],
  versions: ReadonlyMap<string, string>,
  name: string,
): Resource {
  const functions = [...versions].map(([id, version]) => [`\${${id}}`, `\${${version}.Version}`]);
  const machines = Object.entries(resources)
    .filter(([, { Type }]) => Type === 'AWS::StepFunctions::StateMachineAlias')
    .map(([id, { Properties }]) => {
      const { StateMachineVersionArn } = Properties.DeploymentPreference as {
        StateMachineVersionArn: { Ref: string };
      };
      return [`\${${id}}`, `\${${StateMachineVersionArn.Ref}}`];
    });
  const release = { functions: Object.fromEntries(functions), machines: Object.fromEntries(machines) };
  return {
    Type: 'AWS::SSM::Parameter',
    Properties: {
      Name: name,
      Type: 'String',
      Description: 'The versions that went live with each deployment; scripts/rollback.ts reads its history',
      Value: { 'Fn::Sub': JSON.stringify(release) },
    },
  };
}
