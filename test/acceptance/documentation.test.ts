/** TestConnectorDocumentation of connector-acceptance-test, and the links from docs/acceptance.md to the tests. */
import { existsSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { SOURCES } from '../../scripts/kit/sources.ts';
import { file, json } from './suite.ts';

describe.each(SOURCES)('$page', ({ title, folder, page: path }) => {
  const page = file(path);
  const section = (heading: string) =>
    page.split(new RegExp(`^#+ ${heading}$`, 'm'))[1]?.split(/^#/m)[0] ?? '';

  test('test_prerequisites_content', () => {
    const { connectionSpecification: spec } = json<{
      connectionSpecification: { required: string[]; properties: Record<string, { title: string }> };
    }>(`${folder}spec.json`);
    for (const field of spec.required) {
      const { title: label } = spec.properties[field] ?? { title: 'a title' };
      expect(section('Prerequisites').toLowerCase()).toContain(label.toLowerCase());
    }
  });

  test('test_docs_descriptions', () => {
    const sentence = `This page contains the setup guide and reference information for the ${title} source connector.`;
    const first = section(title)
      .replace(/<\/?HideInUI>/g, '')
      .trim()
      .split('\n')[0];
    expect(first).toBe(sentence);
  });
});

describe('docs/acceptance.md', () => {
  /** `[path](link) · "name"`, the name as it stands in the test's code. */
  const LINK = /\[(\S+)\]\(\.\.\/(\S+)\)((?: · "[^"|]+")+)/g;
  const links = [...file('docs/acceptance.md').matchAll(LINK)].flatMap(
    ([, label = '', path = '', names = '']) =>
      [...names.matchAll(/"([^"]+)"/g)].map(([, name = '']) => ({ label, path, name })),
  );

  test('names tests that are there', () => {
    expect(links.length).toBeGreaterThan(50);
    const missing = links.filter(({ label, path, name }) => {
      return (
        !path.endsWith(label) || !existsSync(new URL(`../../${path}`, import.meta.url)) || !has(path, name)
      );
    });
    expect(missing).toEqual([]);
  });

  test('leaves no test of this folder out', () => {
    const suites = ['spec', 'connection', 'discovery', 'basic-read', 'full-refresh', 'incremental'];
    const paths = [...suites, 'connector-attributes', 'documentation'].map(
      (suite) => `test/acceptance/${suite}.test.ts`,
    );
    for (const path of paths) {
      const named = links.filter((link) => link.path === path).map(({ name }) => name);
      const written = [...file(path).matchAll(/'(test_[^']*)'/g)].map(([, name = '']) => name);
      expect([path, written.filter((name) => !named.includes(name))]).toEqual([path, []]);
    }
  });
});

/** Whether a file has a test, or in Python a function, of that name. */
function has(path: string, name: string): boolean {
  const code = file(path);
  if (path.endsWith('.py')) return new RegExp(`^(def|class) ${name}\\b`, 'm').test(code);
  return code.includes(`'${name}'`) || code.includes(`"${name}"`);
}
