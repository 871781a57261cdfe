/** Checks that README and the package describe the program correctly. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { settingsTable } from '../scripts/write-settings-table.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(`${root}README.md`, 'utf8');
const scripts = Object.keys(JSON.parse(readFileSync(`${root}package.json`, 'utf8')).scripts);

describe('README', () => {
  it('lists the most important settings, and the page of settings all', () => {
    expect(readme).toContain(settingsTable('first'));
    expect(settingsTable('first').split('\n').length).toBeLessThan(15);
    expect(readFileSync(`${root}docs/settings.md`, 'utf8')).toContain(settingsTable('all'));
  });

  it('names only existing commands', () => {
    const named = [...readme.matchAll(/npm (?:run )?([a-z][a-z-]*(?::[a-z]+)?)/g)].map(
      (match) => match[1] as string,
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => name !== 'ci' && name !== 'registry' && !scripts.includes(name))).toEqual(
      [],
    );
  });

  it('has no broken links', () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map((match) => match[1] as string);
    expect(links.length).toBeGreaterThan(2);
    expect(links.filter((link) => !existsSync(`${root}${link}`))).toEqual([]);
  });
});

describe('docs/operations.md', () => {
  it('counts and lists the functions of serverless.yml', () => {
    const page = readFileSync(`${root}docs/operations.md`, 'utf8');
    const functions = /^functions:\n((?: .*\n|\n)+)/m.exec(
      readFileSync(`${root}serverless.yml`, 'utf8'),
    )![1]!;
    const names = [...functions.matchAll(/^ {2}(\w+):$/gm)].map(([, name]) => name!.toLowerCase());
    expect(names).toHaveLength(10);
    expect(page).toContain('One stack per stage: ten Lambda functions');
    const listed = /\| function \|.*\n.*\n((?:\|.*\n)+)/.exec(page)![1]!;
    expect([...listed.matchAll(/^\| (\w+) \|/gm)].map(([, name]) => name!.toLowerCase()).sort()).toEqual(
      names.sort(),
    );
  });
});

describe('the repository', () => {
  it('has no registry host and no machine path in its lock file', () => {
    const lock = readFileSync(`${root}package-lock.json`, 'utf8');
    expect(lock).not.toMatch(/"resolved"/);
    expect(lock).not.toMatch(/https?:\/\/[^"]*registry/);
  });
});
