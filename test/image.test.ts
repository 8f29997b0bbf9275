/** The files around the image tell one story. The image itself is tested by scripts/test-image.ts. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { baseUrl, type Region } from '../src/sources/segment/config.ts';
import { streams } from '../src/sources/segment/streams/index.ts';
import { parseDockerfile } from './image/dockerfile.ts';
import type { SpecNode } from './image/spec-rules.ts';

const file = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const json = <T>(path: string) => JSON.parse(file(path)) as T;

const { data: metadata } = parse(file('metadata.yaml')) as { data: Metadata };
const manifest = json<{ version: string; license: string }>('package.json');
const spec = json<{ documentationUrl: string; connectionSpecification: SpecNode }>('spec.json');
const names = streams.map(({ name }) => name);

interface Metadata {
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

describe('Dockerfile', () => {
  const text = file('Dockerfile');
  const docker = parseDockerfile(text);

  test('is labelled with what metadata.yaml and package.json say', () => {
    expect(docker.labels).toMatchObject({
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
    const letThrough = [...file('.dockerignore').matchAll(/^!(.*)$/gm)].map(([, path]) => path);
    expect(letThrough.sort()).toEqual([...new Set(docker.copied)].sort());
  });
});

describe('metadata.yaml', () => {
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
    const regions = spec.connectionSpecification.properties?.['region']?.enum as Region[];
    const hosts = regions.map((region) => new URL(baseUrl({ api_token: '', region })).hostname);
    expect(metadata.allowedHosts.hosts).toEqual(hosts);
  });

  test('suggests tables that any plan, role and rate limit allows', () => {
    const suggested = metadata.suggestedStreams.streams;
    expect(names).toEqual(expect.arrayContaining([...suggested]));
    const costly = streams.filter(
      (stream) => stream.gate ?? stream.parent ?? stream.joins ?? stream.requestsPerMinute,
    );
    expect(costly.map(({ name }) => name).filter((name) => suggested.includes(name))).toEqual([]);
  });

  test('has a square icon', () => {
    const [, width, height] = /<svg[^>]* width="(\d+)" height="(\d+)"/.exec(file(metadata.icon)) ?? [];
    expect(width).toBeDefined();
    expect(height).toBe(width);
    expect(file(metadata.icon)).toContain(`viewBox="0 0 ${width} ${height}"`);
  });
});
