/** The files around the image tell one story. The image itself is tested by scripts/test-image.ts. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { SOURCES } from '../scripts/kit/sources.ts';
import type { Stream } from '../src/engine/stream.ts';
import { parseDockerfile } from './image/dockerfile.ts';
import type { SpecNode } from './image/spec-rules.ts';

const file = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const json = <T>(path: string) => JSON.parse(file(path)) as T;

const metadataOf = (folder: string) => (parse(file(`${folder}metadata.yaml`)) as { data: Metadata }).data;
const manifest = json<{ version: string; license: string }>('package.json');

interface Metadata {
  readonly name: string;
  readonly definitionId: string;
  readonly dockerRepository: string;
  readonly dockerImageTag: string;
  readonly documentationUrl: string;
  readonly icon: string;
  readonly license: string;
  readonly tags: readonly string[];
  readonly allowedHosts: { readonly hosts: readonly string[] };
  readonly suggestedStreams: { readonly streams: readonly string[] };
}

/** Tables that are not suggested: by plan, role or rate limit not everybody's, or by an API that nobody should rely on. */
const UNSUITED: Readonly<Record<string, (stream: Stream<never>) => unknown>> = {
  segment: ({ gate, parent, joins, requestsPerMinute }) => gate ?? parent ?? joins ?? requestsPerMinute,
  mixpanel: ({ name }) => name === 'revenue' || name === 'funnels',
  moesif: ({ name }) => name === 'events' || name === 'group_calls',
};

describe('Dockerfile', () => {
  const text = file('Dockerfile');
  const docker = parseDockerfile(text);

  test.each(SOURCES)('is labelled with what metadata.yaml and package.json say: $name', (source) => {
    const metadata = metadataOf(source.folder);
    expect(parseDockerfile(text, { SOURCE: source.name }).labels).toMatchObject({
      'io.airbyte.name': metadata.dockerRepository,
      'io.airbyte.version': metadata.dockerImageTag,
      'org.opencontainers.image.version': manifest.version,
      'org.opencontainers.image.licenses': manifest.license,
    });
  });

  test('gives the platform its entrypoint, by an absolute path', () => {
    expect(docker.entrypoint).toEqual(['node', '/airbyte/integration_code/dist/main.js']);
    expect(docker.env).toMatchObject({
      AIRBYTE_ENTRYPOINT: docker.entrypoint.join(' '),
      SOURCE: 'segment',
      NODE_ENV: 'production',
      TZ: 'UTC',
    });
  });

  test('runs as airbyte, on one base with a shell', () => {
    expect(docker.user).toBe('airbyte');
    expect(new Set(docker.bases)).toEqual(new Set(['node:24-bookworm-slim']));
  });

  test('can be built without BuildKit', () => {
    expect(text).not.toMatch(/^# *syntax=|--mount|--chmod|--link|<</m);
  });

  test('copies what .dockerignore lets through, and no more is let through', () => {
    const letThrough = [...file('.dockerignore').matchAll(/^!(.*)$/gm)].map(([, path = '']) => path);
    // Of the siblings' folders their specs alone.
    const whole = letThrough.filter((path) => path !== 'connectors/*/spec.json');
    expect(whole.sort()).toEqual([...new Set(docker.copied)].sort());
    expect(file('.dockerignore')).toContain('\nconnectors/*/*\n!connectors/*/spec.json\n');
  });
});

test('make builds an image of each source, and package.json has an executable of each', () => {
  const names = SOURCES.map(({ name }) => name);
  expect(file('Makefile')).toContain(`\nSOURCES := ${names.join(' ')}\n`);
  const { bin } = json<{ bin: Record<string, string> }>('package.json');
  const executables = names.map((name) => [`source-${name}`, `bin/source-${name}`]);
  expect(bin).toEqual(Object.fromEntries(executables));
  for (const name of names) expect(file(`bin/source-${name}`)).toContain(`process.env.SOURCE = '${name}';\n`);
});

describe.each(SOURCES)('$folder metadata.yaml of $name', ({ name, folder, streams, hosts, ...source }) => {
  const metadata = metadataOf(folder);
  const spec = json<{ documentationUrl: string; connectionSpecification: SpecNode }>(`${folder}spec.json`);
  const names = streams.map((stream) => stream.name);

  test('names its image, and its page', () => {
    expect(metadata.dockerRepository).toBe(`ghcr.io/source-segment/source-${name}`);
    expect(metadata.name).toBe(source.title);
    expect(metadata.documentationUrl.endsWith(`/${source.page}`)).toBe(true);
  });

  test('agrees with package.json and spec.json', () => {
    expect(metadata.dockerImageTag).toBe(manifest.version);
    expect(metadata.license).toBe(manifest.license);
    expect(metadata.documentationUrl).toBe(spec.documentationUrl);
    expect(metadata.tags).toContain('language:typescript');
    expect(metadata.definitionId).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  test('allows the hosts of every region, and no other', () => {
    const regions = (spec.connectionSpecification.properties?.['region']?.enum ?? ['']) as string[];
    const asked = regions.flatMap((region) => hosts(region));
    expect([...metadata.allowedHosts.hosts].sort()).toEqual(asked.sort());
  });

  test('suggests tables, and none that many cannot read or should not', () => {
    const suggested = metadata.suggestedStreams.streams;
    expect(names).toEqual(expect.arrayContaining([...suggested]));
    const unsuited = streams.filter((stream) => UNSUITED[name]?.(stream));
    expect(unsuited.length).toBeGreaterThan(0);
    expect(unsuited.map((stream) => stream.name).filter((table) => suggested.includes(table))).toEqual([]);
  });

  test('has a square icon', () => {
    const icon = file(`${folder}${metadata.icon}`);
    const [, width, height] = /<svg[^>]* width="(\d+)" height="(\d+)"/.exec(icon) ?? [];
    expect(width).toBeDefined();
    expect(height).toBe(width);
    expect(icon).toContain(`viewBox="0 0 ${width} ${height}"`);
  });
});
