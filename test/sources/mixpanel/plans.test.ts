/** What a plan lacks is a table that says so: never the connection, and never an empty table. */
import { describe, expect, test } from '@jest/globals';
import { streams } from '../../../src/sources/mixpanel/streams/index.ts';
import { dishonesty } from '../../faults/honesty.ts';
import { story } from '../../support/messages.ts';
import { askedFor, checkOf, NOW, project, read, sorted, truthOf } from './lab.ts';

const NAMES = streams.map(({ name }) => name);
const OF_QUERY = ['cohort_members', 'cohorts', 'engage', 'funnels', 'revenue'];

describe.each([
  // As a project of 2026 without a paid plan, and as one of 2021.
  ['free', OF_QUERY],
  ['old', ['cohort_members', 'engage', 'export']],
] as const)('with the plan %s', (plan, lacking) => {
  test('the check succeeds', async () => {
    const { failure } = await checkOf(project({ plan }));
    expect(failure).toBeUndefined();
  });

  test('all that it has is read whole, and all else says what to do', async () => {
    const sandbox = project({ plan });
    const { complete, messages } = await read(sandbox);
    expect(complete).toBe(false);
    expect(dishonesty(messages, NAMES)).toEqual([]);
    for (const name of NAMES) {
      const { records, errors, statuses, states } = story(messages, name);
      if ((lacking as readonly string[]).includes(name)) {
        expect({ name, status: statuses.at(-1), records, states }).toEqual({
          name,
          status: 'INCOMPLETE',
          records: [],
          states: [],
        });
        expect(errors).toMatchObject([
          {
            failure_type: 'config_error',
            message: expect.stringMatching(
              /the plan of this Mixpanel project does not have this table.*deselect the table/,
            ),
          },
        ]);
        continue;
      }
      expect({ name, status: statuses.at(-1), errors }).toEqual({ name, status: 'COMPLETE', errors: [] });
      expect(sorted(records)).toEqual(truthOf(sandbox, name));
    }
  });

  test('a refusal is not repeated for each of its parts', async () => {
    const sandbox = project({ plan });
    await read(sandbox);
    const refused = sandbox.requests.filter(({ status }) => status === 402);
    expect(refused.length).toBeLessThan(15);
  });
});

test('a check on a plan without the Query API tries the export, and says what it tried', async () => {
  const sandbox = project({ plan: 'free' });
  const { logged } = await checkOf(sandbox);
  expect(logged).toEqual([
    'WARN Mixpanel refused the list of cohorts (HTTP 402), but not the events of export; other tables were not tried.',
  ]);
  expect(askedFor(sandbox, '/api/2.0/export')).toHaveLength(1);
});

test('where neither is to be had, the check says so', async () => {
  const sandbox = project({ plan: 'free' });
  sandbox.fault({ path: '/api/2.0/export', kind: 'plan' });
  const { failure } = await checkOf(sandbox);
  expect(failure).toMatchObject({ failureType: 'config_error', message: expect.stringContaining('402') });
});

test('a project secret that is given no notes of days to come has the others, and is INCOMPLETE', async () => {
  const sandbox = project({ auth: 'api-secret' });
  const text = ' to_date cannot be later than today';
  sandbox.fault({ path: '/api/2.0/annotations', on: 1, status: 400, body: text });
  const { messages } = await read(sandbox, { streams: ['annotations'] });
  const { records, statuses, errors } = story(messages, 'annotations');
  const all = [...(sandbox.workspace.tables['annotations']?.() ?? [])];
  const due = all.filter(({ date }) => String(date).slice(0, 10) <= NOW.slice(0, 10));
  expect(due.length).toBeLessThan(all.length);
  expect(sorted(records)).toEqual(sorted(due));
  expect(statuses.at(-1)).toBe('INCOMPLETE');
  expect(errors).toMatchObject([
    {
      failure_type: 'config_error',
      message: expect.stringMatching(/of days that are still to come.*use a service account/),
    },
  ]);
});

describe('revenue', () => {
  test('skips the sum of all days', async () => {
    const sandbox = project({ days: 40 });
    const { messages } = await read(sandbox, { streams: ['revenue'] });
    const dates = story(messages, 'revenue').records.map(({ date }) => date);
    expect(dates).toHaveLength(40);
    expect(dates).not.toContain('$overall');
  });

  test("Mixpanel's own timeout is asked again, and for ever it is one that passes", async () => {
    const sandbox = project();
    sandbox.fault({ path: '/api/query/engage/revenue', kind: 'query-timeout', on: [1, 3] });
    expect((await read(sandbox, { streams: ['revenue'] })).complete).toBe(true);
    sandbox.clearFaults();
    sandbox.fault({ path: '/api/query/engage/revenue', kind: 'query-timeout' });
    const { messages } = await read(sandbox, { streams: ['revenue', 'cohorts'] });
    expect(story(messages, 'revenue').errors).toMatchObject([{ failure_type: 'transient_error' }]);
    expect(story(messages, 'cohorts').statuses.at(-1)).toBe('COMPLETE');
  });

  test('an API that is gone is not an empty table', async () => {
    const sandbox = project();
    sandbox.fault({ path: '/api/query/engage/revenue', kind: 'not-found' });
    const { messages } = await read(sandbox, { streams: ['revenue', 'funnels'] });
    expect(story(messages, 'revenue').statuses.at(-1)).toBe('INCOMPLETE');
    expect(story(messages, 'funnels').statuses.at(-1)).toBe('COMPLETE');
  });

  test('says what it is worth', () => {
    const description = streams.find(({ name }) => name === 'revenue')?.description;
    expect(description).toMatch(/^Legacy: an API that is no longer documented/);
    expect(streams.find(({ name }) => name === 'funnels')?.description).toContain('only maintains this API');
  });
});
