/** Which events pass a filter, and that nothing else depends on it: states, other tables, what counts as lost. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createSandbox, type Sandbox } from '../../../sandbox/segment/index.ts';
import { SHARED } from '../../../src/engine/stream.ts';
import { whole } from '../../../src/protocol/shared.ts';
import { chosen, type AuditConfig } from '../../../src/sources/segment/audit/filter.ts';
import { AuditTrail } from '../../../src/sources/segment/audit/trail.ts';
import { auditEvents } from '../../../src/sources/segment/streams/audit-events.ts';
import { problems } from '../../../src/sources/segment/config.ts';
import { lastStates, read } from '../../support/in-process.ts';
import { logs, story, type Row } from '../../support/messages.ts';
import { network } from '../../support/network.ts';

const NOW = '2026-03-14T15:09:26.535Z';
const DAY = 24 * 3600 * 1000;
let sandbox: Sandbox;
beforeEach(() => {
  sandbox = createSandbox({ now: NOW, auditEvents: 300, auditDays: 12 });
  network.answerBy(sandbox);
});

const truth = () => [...sandbox.workspace.tables['audit_events']!()];
const idsOf = (rows: readonly Row[]) => rows.map(({ id }) => String(id)).sort();

async function readTrail(audit?: AuditConfig, state?: unknown) {
  const { complete, messages } = await read({
    sandbox,
    streams: ['audit_events'],
    state,
    // One window after the other, so that the states come in one order.
    config: { page_size: 10, max_concurrent_requests: 1, ...(audit && { audit }) },
  });
  const { records, states, statuses, errors } = story(messages, 'audit_events');
  return { complete, messages, records, states, statuses, errors, ids: idsOf(records) };
}

/** Some user of the trail, as each field has it. */
const someUser = () => truth().find(({ actor }) => String(actor).startsWith('users/'))!;

const CASES: [string, (user: Row) => AuditConfig, (row: Row, user: Row) => boolean][] = [
  ['one type of resource', () => ({ resource_types: ['source'] }), (row) => row['resourceType'] === 'source'],
  [
    'several types of resources',
    () => ({ resource_types: ['source', 'warehouse'] }),
    (row) => ['source', 'warehouse'].includes(String(row['resourceType'])),
  ],
  [
    'a resource',
    (user) => ({ resource_id: String(user['resourceId']) }),
    (row, user) => row['resourceId'] === user['resourceId'],
  ],
  [
    'an actor by id, however the trail spells it',
    (user) => ({ actors: { include: [String(user['actorId'])] } }),
    (row, user) => row['actorId'] === user['actorId'],
  ],
  [
    'an actor by address, in any case',
    (user) => ({ actors: { include: [String(user['actorEmail']).toUpperCase()] } }),
    (row, user) => row['actorEmail'] === user['actorEmail'],
  ],
  [
    'all but tokens and the system',
    () => ({ actors: { exclude: ['public-api-token/*', '__system__', 'segment'] } }),
    (row) => row['actorType'] === 'user' || row['actorType'] === null,
  ],
  [
    'all but the system, by one of its names',
    () => ({ actors: { exclude: ['__system__'] } }),
    (row) => row['actorType'] !== 'system',
  ],
  [
    'one user, by the other spelling',
    (user) => ({ actors: { include: [`users/${String(user['actorId'])}`] } }),
    (row, user) => row['actorId'] === user['actorId'] && row['actorType'] === 'user',
  ],
  [
    'types of events, in any case',
    () => ({ event_types: { include: ['support login', '* DELETED'] } }),
    (row) => row['type'] === 'Support Login' || String(row['type']).endsWith(' Deleted'),
  ],
  [
    'no event of a type',
    () => ({ event_types: { exclude: ['Permission Check'] } }),
    (row) => row['type'] !== 'Permission Check',
  ],
  [
    'areas, and what may be of them',
    () => ({ product_areas: { include: ['users', 'Workspace'] } }),
    (row) => ['Users', 'Workspace', null].includes(row['productArea'] as string | null),
  ],
  [
    'all but an area',
    () => ({ product_areas: { exclude: ['Sources'] } }),
    (row) => row['productArea'] !== 'Sources',
  ],
  [
    'all of these at once',
    () => ({
      resource_types: ['integration'],
      actors: { exclude: ['__system__'] },
      event_types: { include: ['*ed'], exclude: ['* Failed'] },
      product_areas: { exclude: ['Functions'] },
    }),
    (row) =>
      row['resourceType'] === 'integration' &&
      row['actorType'] !== 'system' &&
      String(row['type']).endsWith('ed') &&
      !String(row['type']).endsWith(' Failed') &&
      row['productArea'] !== 'Functions',
  ],
];

describe('exactly what is wanted comes, and the states are those of a read without a filter', () => {
  test.each(CASES)('%s', async (_, audit, isWanted) => {
    const user = someUser();
    const all = await readTrail();
    const { complete, ids, states, messages, errors } = await readTrail(audit(user));
    expect([complete, errors]).toEqual([true, []]);
    const wanted = truth().filter((row) => isWanted(row, user));
    expect(ids).toEqual(idsOf(wanted));
    expect(wanted.length).toBeGreaterThan(0);
    expect(wanted.length).toBeLessThan(truth().length);
    const bodies = (of: typeof states) => of.map(({ stream }) => stream.stream_state);
    expect(bodies(states)).toEqual(bodies(all.states));
    expect(states.reduce((sum, { sourceStats }) => sum + sourceStats.recordCount, 0)).toBe(wanted.length);
    expect(logs(messages)).toContain(`audit_events: ${wanted.length} records`);
  });

  test('also where nothing passes', async () => {
    const all = await readTrail();
    const none = await readTrail({ event_types: { include: ['Never Heard Of'] } });
    expect([none.complete, none.records, none.statuses.at(-1)]).toEqual([true, [], 'COMPLETE']);
    expect(none.states.map(({ stream }) => stream.stream_state)).toEqual(
      all.states.map(({ stream }) => stream.stream_state),
    );
  });

  test('and it goes on from there', async () => {
    const audit = { event_types: { exclude: ['Permission Check'] } };
    const first = await readTrail(audit);
    sandbox.advance(2 * DAY);
    const second = await readTrail(audit, lastStates(first.messages));
    const wanted = truth().filter(({ type }) => type !== 'Permission Check');
    expect([...new Set([...first.ids, ...second.ids])].sort()).toEqual(idsOf(wanted));
    expect(second.ids.length).toBeLessThan(first.ids.length / 2);
  });
});

test('the log tells how many events were read, and how many passed', async () => {
  const { messages } = await readTrail({ event_types: { include: ['Support Login'] } });
  const counts = logs(messages).flatMap(
    (line) => /: (\d+) of the (\d+) events from/.exec(line)?.slice(1) ?? [],
  );
  const sum = (at: number) =>
    counts.filter((_, index) => index % 2 === at).reduce((total, count) => total + Number(count), 0);
  expect(sum(0)).toBe(truth().filter(({ type }) => type === 'Support Login').length);
  expect(sum(1)).toBeGreaterThanOrEqual(truth().length);
});

test('each type that is in no table is told once', async () => {
  const { messages } = await readTrail();
  const told = logs(messages).filter((line) => line.includes('not in the table of names'));
  expect(told).toHaveLength(2);
  expect(told.join()).toContain('the type "Source Teleported"');
});

test('last activity goes by the whole trail', async () => {
  const audit = { event_types: { include: ['Never Heard Of'] } };
  const { messages } = await read({
    sandbox,
    streams: ['access_records'],
    config: { audit, page_size: 200 },
  });
  const { records } = story(messages, 'access_records');
  expect(records.some(({ lastActivityAt }) => lastActivityAt !== null)).toBe(true);
});

describe('what Segment refuses', () => {
  test.each([422, 404, 400])('HTTP %i: the person hears which fields to look at', async (status) => {
    sandbox.fault({
      path: '/audit-events',
      status,
      body: { errors: [{ type: 'x', message: 'no such type' }] },
    });
    const { complete, errors, states } = await readTrail({ resource_types: ['source'] });
    expect([complete, states]).toEqual([false, []]);
    expect(errors).toMatchObject([
      {
        failure_type: 'config_error',
        message: expect.stringMatching(/refuses to be asked by resourceType.*"audit.resource_types"/),
      },
    ]);
  });

  test('a plan without the trail is told as such', async () => {
    sandbox.fault({ path: '/audit-events', kind: 'forbidden' });
    const { errors } = await readTrail({ resource_types: ['source'] });
    expect(errors[0]?.message).toContain('Business plan');
  });
});

describe('the config', () => {
  const sentences = (audit: object) => problems({ api_token: 'sgp_123456', audit }, Date.parse(NOW));

  test.each<AuditConfig>([
    {},
    { actors: {} },
    { product_areas: { include: ['storage', ' Other '], exclude: ['Profiles Sync'] } },
  ])('%j is right', (audit) => {
    expect(sentences(audit)).toEqual([]);
  });

  test.each([
    [
      { product_areas: { include: ['Sauces'] } },
      /^each of audit.product_areas must be one of Sources, .*, Other$/,
    ],
    [{ event_type: { include: ['x'] } }, /^audit has no field event_type, only resource_types, /],
    [{ actors: { only: ['x'] } }, /^audit.actors has no field only, only include, exclude$/],
  ])('%j is wrong, in one sentence', (audit, sentence) => {
    expect(sentences(audit)).toEqual([expect.stringMatching(sentence)]);
  });
});

test('a choice: in where included, and never where excluded', () => {
  const word = fc.constantFrom('a', 'B', 'ab', 'c*', '(', '.*');
  const list = fc.option(fc.array(word, { minLength: 1 }), { nil: undefined });
  fc.assert(
    fc.property(list, list, word, (include, exclude, text) => {
      const wants = chosen({ ...(include && { include }), ...(exclude && { exclude }) });
      const alone = chosen({ ...(include && { include }) })?.([text]) ?? true;
      const out = exclude ? !chosen({ exclude })!([text]) : false;
      expect(wants?.([text]) ?? true).toBe(alone && !out);
      if (include?.includes(text)) expect(alone).toBe(true);
      if (exclude?.includes(text)) expect(out).toBe(true);
    }),
  );
});

test('however many types and actors there are, memory and log stay small, and answers right', () => {
  const told: string[] = [];
  const audit = new AuditTrail({ actors: { exclude: ['u7'] } }, (_, line) => told.push(line));
  const events = Array.from({ length: 20_000 }, (_, n) => ({
    id: n,
    type: `Thing ${n}`,
    actor: `u${n % 9000}`,
  }));
  for (const pass of [1, 2]) {
    const rows = audit.select(events, `w${pass}`);
    expect(rows).toHaveLength(events.length - 3);
    expect(whole(rows[0]!)).toMatchObject({ id: 0, workspaceId: `w${pass}`, productArea: null });
  }
  expect(told).toHaveLength(100);
});

describe('our columns', () => {
  const event = { id: 1, type: 'Source Deleted', actor: 'users/u1' };
  const audit = new AuditTrail({}, () => undefined);
  const [row] = audit.select([{ ...event }], 'w');
  const shared = Object.keys(row![SHARED]!.columns);

  test('that events share are none that anything but an output looks at', () => {
    const { primaryKey, cursor, refersTo = {} } = auditEvents;
    expect(shared).not.toEqual([]);
    for (const name of [...primaryKey, cursor, ...Object.keys(refersTo)]) expect(shared).not.toContain(name);
    expect(auditEvents).not.toHaveProperty('secrets');
    expect(auditEvents).not.toHaveProperty('inject');
  });

  test.each([...shared, 'actorId'])('%s is there once, and ours, where the API comes to send it', (name) => {
    const [given] = audit.select([{ ...event, [name]: 'theirs' }], 'w');
    expect(whole(given!)).toEqual(whole(row!));
    const again = Object.keys(given![SHARED]?.columns ?? {}).filter((one) =>
      Object.keys(given!).includes(one),
    );
    expect(again).toEqual([]);
  });
});
