/** Who asks, and where: a service account or a project's secret, in the region where the project lives. */
import { describe, expect, test } from '@jest/globals';
import type { LoggedRequest, Region } from '../../../sandbox/mixpanel/index.ts';
import { streams } from '../../../src/sources/mixpanel/streams/index.ts';
import { story } from '../../support/messages.ts';
import { network } from '../../support/network.ts';
import { askedFor, checkOf, project, read, sorted, truthOf } from './lab.ts';

/** As the documents name them: Query API and App API, and the raw export. */
const HOSTS: Record<Region, [api: string, data: string]> = {
  us: ['mixpanel.com', 'data.mixpanel.com'],
  eu: ['eu.mixpanel.com', 'data-eu.mixpanel.com'],
  in: ['in.mixpanel.com', 'data-in.mixpanel.com'],
};
const REGIONS = Object.keys(HOSTS) as Region[];
const placeOf = ({ host, method, path }: LoggedRequest) => `${method} ${host}${path}`;

/** What the requests of a test were authorized by. */
function authorizations(): Set<string | null> {
  const seen = new Set<string | null>();
  network.onRequest(({ header }) => seen.add(header('authorization')));
  return seen;
}
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe.each(REGIONS)('in the region %s', (region) => {
  const [api, data] = HOSTS[region];
  const places = (annotations: string) => [
    `GET ${api}${annotations}`,
    `GET ${api}/api/query/engage/revenue`,
    `GET ${api}/api/query/funnels`,
    `GET ${api}/api/query/funnels/list`,
    `GET ${data}/api/2.0/export`,
    `POST ${api}/api/query/cohorts/list`,
    `POST ${api}/api/query/engage`,
  ];

  test('a service account asks the hosts of the region for the paths of the documents, with its project', async () => {
    const sandbox = project({ region, username: 'robot', secret: 'a-secret:with-a-colon' });
    const used = authorizations();
    const { complete, messages } = await read(sandbox, { config: { api_url: undefined } });
    expect(complete).toBe(true);
    for (const { name } of streams)
      expect({ name, rows: sorted(story(messages, name).records) }).toEqual({
        name,
        rows: truthOf(sandbox, name),
      });
    const paths = new Set(sandbox.requests.map(placeOf));
    expect([...paths].sort()).toEqual(places(`/api/app/projects/${sandbox.projectId}/annotations`).sort());
    expect([...used]).toEqual([basic('robot:a-secret:with-a-colon')]);
    for (const { path, query } of sandbox.requests)
      expect(query['project_id']).toBe(path.startsWith('/api/app/') ? undefined : String(sandbox.projectId));
  });

  test("a project's secret is asked with alone, and the older API for annotations", async () => {
    const sandbox = project({ region, auth: 'api-secret', apiSecret: 'secret-of-the-project' });
    const used = authorizations();
    const { complete } = await read(sandbox, { config: { api_url: undefined } });
    expect(complete).toBe(true);
    expect([...new Set(sandbox.requests.map(placeOf))].sort()).toEqual(places('/api/2.0/annotations').sort());
    expect([...used]).toEqual([basic('secret-of-the-project:')]);
    for (const { query } of sandbox.requests) expect(query).not.toHaveProperty('project_id');
  });

  test.each(REGIONS.filter((other) => other !== region))(
    'a config that says %s is told the right one',
    async (other) => {
      const sandbox = project({ region });
      const { failure } = await checkOf(sandbox, { region: other, api_url: undefined });
      expect(failure).toMatchObject({
        failureType: 'config_error',
        message: `This project lives in the ${region} region: set "region" to "${region}".`,
      });
    },
  );
});

test('the plan or a quota that is used up do not hide where a project lives', async () => {
  for (const options of [{ plan: 'free' }, { quotas: { query: { perHour: 0 } } }] as const) {
    const { failure } = await checkOf(project({ region: 'in', ...options }), { api_url: undefined });
    const other = await checkOf(project({ region: 'in', ...options }), { region: 'us', api_url: undefined });
    expect(failure).toBeUndefined();
    expect(other.failure?.message).toContain('lives in the in region');
  }
});

test('where no region knows the credentials, it says what to look at', async () => {
  const sandbox = project();
  const credentials = {
    auth_type: 'service_account',
    username: 'x',
    secret: 'of-another',
    project_id: '1',
  } as const;
  const { failure } = await checkOf(sandbox, { credentials, api_url: undefined });
  expect(failure).toMatchObject({
    failureType: 'config_error',
    message: expect.stringContaining('check the username, the secret and the project id'),
  });
  expect(askedFor(sandbox, '/api/query/cohorts/list')).toHaveLength(3);
});

test("a project's secret is told when it ends, each time it is checked and when it is refused", async () => {
  const sandbox = project({ auth: 'api-secret' });
  const { failure, logged } = await checkOf(sandbox);
  expect(failure).toBeUndefined();
  expect(logged).toEqual([expect.stringMatching(/^WARN .*until 2027-03-03; set up a service account/)]);
  const credentials = { auth_type: 'project_secret', api_secret: 'of-another' } as const;
  const refused = await checkOf(sandbox, { credentials });
  expect(refused.failure?.message).toContain('ends project secrets on 2027-03-03');
  expect((await checkOf(project())).logged).toEqual([]);
});

test('a data view is named where the project has some', async () => {
  const sandbox = project();
  const { credentials } = sandbox.config('') as { credentials: object };
  const { complete } = await read(sandbox, {
    config: { credentials: { ...credentials, workspace_id: '77' } as never },
    streams: ['export', 'engage', 'cohorts'],
  });
  expect(complete).toBe(true);
  const paths = ['/api/2.0/export', '/api/query/engage', '/api/query/cohorts/list'];
  for (const path of paths)
    for (const { query } of askedFor(sandbox, path)) expect(query['workspace_id']).toBe('77');
});
