/** Each refusal of each table: who must act, in one sentence, with no secret and no stack; and the other tables go on. */
import { describe, expect, test } from '@jest/globals';
import type { Fault } from '../../../sandbox/kit/faults.ts';
import { authorization } from '../../../src/sources/mixpanel/config.ts';
import { streams } from '../../../src/sources/mixpanel/streams/index.ts';
import { dishonesty } from '../../faults/honesty.ts';
import { story } from '../../support/messages.ts';
import { tells } from '../../support/secrets.ts';
import { configOf, project, read } from './lab.ts';

/** Where a table's rows are. */
const PATHS: Readonly<Record<string, string>> = {
  annotations: '/api/app/projects/{id}/annotations',
  cohort_members: '/api/query/engage',
  cohorts: '/api/query/cohorts/list',
  engage: '/api/query/engage',
  export: '/api/2.0/export',
  funnels: '/api/query/funnels',
  revenue: '/api/query/engage/revenue',
};
const NAMES = streams.map(({ name }) => name);
const OTHER = (name: string) => (name === 'cohorts' ? 'annotations' : 'cohorts');

const FAULTS: readonly [what: string, Omit<Fault, 'path'>, failure: string, words: RegExp][] = [
  [
    'a 400',
    { status: 400, body: { error: 'bad luck' } },
    'system_error',
    /Mixpanel refused the request \(HTTP 400\)/,
  ],
  [
    'a 400 of credentials',
    { status: 400, body: 'Unable to authenticate request' },
    'config_error',
    /check "credentials" and "region"/,
  ],
  [
    'a 400 of a day to come',
    { status: 400, body: ' to_date cannot be later than today' },
    'config_error',
    /set "project_timezone" .* and "event_time_semantics" to project_timezone if it was made before 2023, and to utc if/,
  ],
  [
    "Mixpanel's own timeout",
    { kind: 'query-timeout' },
    'transient_error',
    /did not come to an end in its own time/,
  ],
  ['a 401', { kind: 'unauthorized', status: 401 }, 'config_error', /check "credentials" and "region"/],
  ['a 402', { kind: 'plan' }, 'config_error', /the plan of this Mixpanel project/],
  ['a 403', { kind: 'forbidden' }, 'config_error', /use a service account whose role may/],
  ['a 404', { kind: 'not-found' }, 'system_error', /HTTP 404/],
  ['a 407', { status: 407 }, 'config_error', /HTTPS_PROXY/],
  ['a 429 for ever', { kind: 'rate-limit' }, 'transient_error', /rate limit holds longer than we wait/],
  ['a 500', { status: 500 }, 'transient_error', /try again later/],
  ['a reset', { kind: 'reset' }, 'transient_error', /also when asked again/],
  [
    'a 200 with an error',
    { body: { error: 'Something', status: 'error' } },
    'system_error',
    /not of the documented shape/,
  ],
];

describe.each(NAMES)('%s', (name) => {
  test.each(FAULTS)('%s', async (_, fault, failure_type, words) => {
    const sandbox = project({ quotas: false, days: 3, cohorts: 2, funnels: 2 });
    sandbox.fault({ path: PATHS[name] ?? '', ...fault });
    const { complete, messages, text } = await read(sandbox, { streams: [name, OTHER(name)] });
    expect(complete).toBe(false);
    expect(dishonesty(messages, [name, OTHER(name)])).toEqual([]);
    const { errors, statuses } = story(messages, name);
    expect(statuses.at(-1)).toBe('INCOMPLETE');
    expect(errors).toMatchObject([{ failure_type, message: expect.stringMatching(words) }]);
    expect(errors[0]?.message.startsWith(`${name}: `) || errors[0]?.message.includes(`${name}: `)).toBe(true);
    expect(JSON.stringify(errors)).not.toMatch(/\s{4}at /);
    const [method = ''] = streams.find((stream) => stream.name === name)?.endpoint.split(' ') ?? [];
    expect(errors[0]?.internal_message).toMatch(new RegExp(`^${method} /api/`));
    expect(story(messages, OTHER(name)).statuses.at(-1)).toBe('COMPLETE');
    for (const secret of sandbox.secrets) expect(tells(text, secret)).toBe(false);
  });
});

describe.each([
  [
    'a service account',
    {
      auth: 'service-account',
      secret: 'Zt9/+q%R mWv4~xYb&hU'.replace(' ', '_'),
      username: 'robot.1a2b.mp-service-account',
    },
  ],
  ['a project secret', { auth: 'api-secret', apiSecret: '7Kq2Zt9RmW4xYbhUpL8vNc3JgT5sQaFe' }],
] as const)('an error that echoes the credentials of %s', (_, options) => {
  test.each([undefined, 401, 402, 403, 404, 429, 500])(
    'with status %s is told without them',
    async (status) => {
      const sandbox = project({ ...options, quotas: false, days: 3 });
      sandbox.fault({ path: '*', kind: 'echo', ...(status !== undefined && { status }) });
      const { complete, messages, text } = await read(sandbox);
      expect(complete).toBe(false);
      expect(dishonesty(messages, NAMES)).toEqual([]);
      // Nor as the header has them, which is more than the secret alone.
      const secrets = [...sandbox.secrets, authorization(configOf(sandbox)).slice('Basic '.length)];
      for (const line of text.split('\n'))
        expect({ line, told: secrets.filter((secret) => tells(line, secret)) }).toEqual({ line, told: [] });
      expect(text).toContain('**********');
    },
  );

  test('nor is a property that holds one', async () => {
    const sandbox = project({ ...options, quotas: false, days: 1 });
    const [secret = ''] = sandbox.secrets;
    sandbox.happen({
      event: 'leak',
      properties: { secret, packed: Buffer.from(`x:${secret}`).toString('base64') },
    });
    const { text } = await read(sandbox, { streams: ['export'] });
    expect(text).toContain('leak');
    expect(tells(text, secret)).toBe(false);
  });
});
