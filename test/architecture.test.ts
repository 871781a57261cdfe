/** Checks the architecture: imports run one way, there are no cycles, and each dependency has one owner. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly { readonly target: string }[];
}

/** Imports of types too: a cycle of types also couples its files. */
const IMPORT = /^\s*(?:import|export)\s+(?:[^;'"]*?\sfrom\s+)?'([^']+)'/gm;
const DYNAMIC = /\bimport\(\s*'([^']+)'\s*\)/g;

function readSources(folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => {
      const path = join(entry.parentPath, entry.name).slice(root.length);
      const text = readFileSync(join(root, path), 'utf8');
      const imports = [...text.matchAll(IMPORT), ...text.matchAll(DYNAMIC)].map(([, target = '']) => ({
        target: target.startsWith('.') ? normalize(join(dirname(path), target)) : target,
      }));
      return { path, text, imports };
    });
}

const sources = ['packages', 'shared', 'functions', 'local']
  .flatMap(readSources)
  .filter(({ path }) => !/^packages\/[^/]+\/test\//.test(path));

/**
 * The layers from the lowest up; a folder may import those of lower layers. Folders of one layer do not
 * import each other.
 */
const LAYERS: readonly (readonly string[])[] = [
  ['packages/asl-runner'],
  [
    'shared/metrics.ts',
    'shared/escape-pattern.ts',
    'shared/own-entry.ts',
    'shared/bit-cursor.ts',
    'shared/fold-text.ts',
    'shared/json-value.ts',
    'shared/concurrency.ts',
  ],
  ['shared/errors.ts', 'shared/dtype.ts', 'shared/log.ts', 'shared/tool.ts', 'shared/vocabulary'],
  ['shared/retry'],
  ['shared/archive', 'shared/source', 'shared/python', 'shared/parquet'],
  ['shared/header'],
  ['shared/hdf5/filters'],
  ['shared/hdf5/format'],
  ['shared/hdf5/walker'],
  ['shared/hdf5', 'shared/zarr', 'shared/file-types'],
  ['shared/facts', 'shared/references'],
  ['shared/prompt'],
  ['shared/model', 'shared/settings.ts'],
  ['shared/summary', 'shared/store'],
  ['shared/search', 'shared/writing'],
  ['shared/pipeline', 'shared/config.ts', 'shared/publications', 'shared/header-tables'],
  ['shared/sweep', 'shared/api', 'shared/library'],
  ['functions'],
  ['local'],
];

function findFolder(path: string): { folder: string; layer: number } | undefined {
  for (const [layer, folders] of LAYERS.entries()) {
    const folder = folders.find((each) => path === each || path.startsWith(`${each}/`));
    if (folder !== undefined) return { folder, layer };
  }
  return undefined;
}

describe('the architecture', () => {
  it('has sources to check', () => {
    expect(sources.length).toBeGreaterThan(60);
    expect(sources.flatMap((source) => source.imports).length).toBeGreaterThan(200);
  });

  it('has every file in a folder of a layer', () => {
    expect(sources.map((source) => source.path).filter((path) => findFolder(path) === undefined)).toEqual([]);
  });

  it('imports downward only', () => {
    const upward = sources.flatMap(({ path, imports }) => {
      const from = findFolder(path)!;
      return imports.flatMap(({ target }) => {
        const to = findFolder(target);
        if (to === undefined || to.folder === from.folder || to.layer < from.layer) return [];
        return [`${path} imports ${target}`];
      });
    });
    expect(upward).toEqual([]);
  });

  it('keeps the packages separate: they import nothing of the product, which imports their one entry', () => {
    const inside = readSources('packages').flatMap(({ path, imports }) => {
      const own = path.split('/').slice(0, 2).join('/');
      return imports
        .filter(
          ({ target }) =>
            target.includes('/') && /^(?:packages|shared|functions|local|test|resources)\//.test(target),
        )
        .filter(({ target }) => !target.startsWith(`${own}/`))
        .map(({ target }) => `${path} imports ${target}`);
    });
    expect(inside).toEqual([]);
    const outside = ['shared', 'functions', 'local', 'bench', 'scripts', 'test'].flatMap(readSources);
    const reached = outside.flatMap(({ imports }) =>
      imports.map(({ target }) => target).filter((target) => target.startsWith('packages/')),
    );
    expect(reached.length).toBeGreaterThan(5);
    expect(reached.filter((target) => target !== 'packages/asl-runner/src/index.ts')).toEqual([]);
  });

  it('has no cycles, including imports of types', () => {
    const edges = new Map(sources.map(({ path, imports }) => [path, imports.map((each) => each.target)]));
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
      if (done.has(path) || trail.includes(path)) return;
      for (const target of edges.get(path) ?? []) visit(target, [...trail, path]);
      done.add(path);
    };
    for (const path of edges.keys()) visit(path, []);
    expect(cycles).toEqual([]);
  });
});

describe('the picture in CONTRIBUTING', () => {
  const picture =
    /```mermaid\n([\s\S]*?)```/.exec(readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8'))?.[1] ?? '';
  const arrows = picture
    .split('\n')
    .filter((line) => line.includes('-->'))
    .flatMap((line) => {
      const names = line.split('-->').map((name) => name.trim());
      return names.slice(1).map((name, at) => [names[at]!, name] as const);
    });
  const findName = (path: string): string =>
    /^shared\/([^/]+)\//.exec(path)?.[1] ?? path.slice(0, path.indexOf('/'));
  const used = new Set(
    sources.flatMap(({ path, imports }) =>
      imports.map(({ target }) => `${findName(target)} ${findName(path)}`),
    ),
  );

  it('has arrows only from imported to importing folders', () => {
    expect(arrows.length).toBeGreaterThan(20);
    expect(arrows.filter(([from, to]) => !used.has(`${from} ${to}`) || used.has(`${to} ${from}`))).toEqual(
      [],
    );
  });

  it('shows every folder', () => {
    const folders = new Set(
      sources.map(({ path }) => findName(path)).filter((name) => !['shared', 'packages'].includes(name)),
    );
    expect([...folders].filter((name) => !arrows.flat().includes(name))).toEqual([]);
  });
});

describe('sole owners', () => {
  const OWNERS: readonly (readonly [what: string, module: RegExp, owners: readonly RegExp[]])[] = [
    ['h5wasm', /^h5wasm/, [/^shared\/hdf5\/libhdf5\//, /^local\/sample\/nwb-writer\.ts$/]],
    ['undici', /^undici$/, [/^shared\/source\/(?:http-pool|warm-parser)\.ts$/]],
    ['zarrita', /^zarrita/, [/^shared\/zarr\//]],
    ['the writer of Parquet', /^hyparquet-writer$/, [/^shared\/parquet\/build-parquet\.ts$/]],
    ['the reader of Parquet', /^hyparquet$/, [/^shared\/parquet\/read-parquet\.ts$/]],
    ['openai', /^openai/, [/^shared\/model\/openai-/]],
    ['middy', /^@middy\//, [/^functions\/handler\.ts$/, /^functions\/http-handler\.ts$/]],
    ['powertools', /^@aws-lambda-powertools\//, [/^functions\/handler\.ts$/]],
    ['the S3 client', /^@aws-sdk\/client-s3/, [/^shared\/store\/s3-store\.ts$/]],
    [
      'the EventBridge client',
      /^@aws-sdk\/client-eventbridge/,
      [/^shared\/publications\/eventbridge-bus\.ts$/],
    ],
    ['the Step Functions client', /^@aws-sdk\/client-sfn/, [/^shared\/api\/step-functions-runs\.ts$/]],
    ['the SSM client', /^@aws-sdk\/client-ssm/, [/^functions\/read-parameter\.ts$/]],
    ['the MCP SDK', /^@modelcontextprotocol\//, [/^shared\/api\/programs\/mcp\.ts$/]],
    ['jsonata', /^jsonata/, [/^packages\/asl-runner\/src\/expression\.ts$/]],
    ['the limiter of concurrency', /^p-limit$/, [/^shared\/concurrency\.ts$/]],
    ['the stemmer', /^stemmer$/, [/^shared\/search\/stems\.ts$/]],
    ['the tokenizer', /^gpt-tokenizer/, [/^shared\/prompt\/count-tokens\.ts$/]],
    [
      'the markdown parser',
      /^mdast-|^micromark/,
      [/^shared\/summary\//, /^shared\/model\//, /^shared\/api\/markdown-html\.ts$/],
    ],
  ];

  it.each(OWNERS)('%s', (_what, module, owners) => {
    const users = sources
      .filter(({ imports }) => imports.some(({ target }) => module.test(target)))
      .map(({ path }) => path);
    expect(users.length).toBeGreaterThan(0);
    expect(users.filter((path) => !owners.some((owner) => owner.test(path)))).toEqual([]);
  });

  it('process.env is read only in config.ts', () => {
    const readers = sources.filter(({ text }) =>
      /process\.env|process\['env'\]|\benv\b.*from 'node:process'/.test(code(text)),
    );
    expect(readers.map(({ path }) => path)).toEqual(['shared/config.ts']);
  });

  it("the store's keys are built only in keys.ts", () => {
    const LITERAL =
      /['"`](?:headers|runs|summaries|kept|catalog|publications|failures|sweeps|reports|drafts|files|nodes|search-pending)(?:\/|\.json)/;
    const makers = sources.filter(({ path, text }) => path.startsWith('shared/') && LITERAL.test(code(text)));
    expect(makers.map(({ path }) => path)).toEqual(['shared/store/keys.ts']);
  });
});

describe('pure folders', () => {
  const PURE =
    /^shared\/(?:header|hdf5\/format|hdf5\/filters|file-types|facts|prompt|summary|writing|python|vocabulary)\/|^shared\/(?:dtype|errors)\.ts$|^shared\/store\/keys\.ts$/;
  const IMPURE: readonly (readonly [what: string, pattern: RegExp])[] = [
    // Hashing and inflating count as computing.
    ['file system, network or processes', /from 'node:(?!crypto|zlib)/],
    ['an SDK', /from '(?:@aws-sdk|openai|h5wasm)/],
    ['the clock', /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(/],
    ['chance', /\bMath\.random\(|\brandomUUID\(/],
    ['the environment', /\bprocess\./],
    ['the network', /\bfetch\(/],
  ];

  it.each(IMPURE)('use no %s', (_what, pattern) => {
    const pure = sources.filter(({ path }) => PURE.test(path));
    expect(pure.length).toBeGreaterThan(20);
    expect(pure.filter(({ text }) => pattern.test(code(text))).map(({ path }) => path)).toEqual([]);
  });
});

describe('every source file', () => {
  it('opens with a sentence that places it', () => {
    const without = sources
      .filter(({ text }) => !/^(?:#!.*\n)?\/\*\*[\s\S]{30,}?\*\//.test(text))
      .map(({ path }) => path);
    expect(without).toEqual([]);
  });
});

/** Without comments, which may name what the code must not use. */
function code(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
}
