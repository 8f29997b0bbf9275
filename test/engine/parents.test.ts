import { describe, expect, test } from '@jest/globals';
import { configError, transientError } from '../../src/engine/errors.ts';
import type { Verdict } from '../../src/engine/source.ts';
import type { Row } from '../../src/engine/stream.ts';
import { daily } from '../../src/engine/windows.ts';
import { failing, pages, rows, run, table, type FakeStream } from './lab.ts';

/** A table with a row for each row of its parent. */
const childOf = (stream: FakeStream, name: string, rest: Partial<FakeStream> = {}) =>
  table(name, ({ parent }) => pages(rows(`${name}-${String(parent['id'])}`)), {
    parent: { stream, keep: ['id'], path: ({ id }) => `/${stream.name}/${String(id)}` },
    ...rest,
  });

/** A list that counts how often it is read. */
function counted(name: string, ...all: Row[][]) {
  const seen = { times: 0 };
  const stream = table(name, () => {
    seen.times += 1;
    return pages(...all);
  });
  return { stream, seen };
}

describe('a list of parents', () => {
  test.each([
    ['is a table of this sync too', true],
    ['is not a table of this sync', false],
  ])('is read once for all its children, where it %s', async (_, isConfigured) => {
    const { stream, seen } = counted('sources', rows('a', 'b'), rows('c'));
    const children = ['x', 'y', 'z'].map((name) => childOf(stream, name));
    const { complete, ids, story, of } = await run([...children, stream], {
      configured: [...children.map(({ name }) => name), ...(isConfigured ? ['sources'] : [])],
    });
    expect([complete, seen.times]).toEqual([true, 1]);
    for (const { name } of children) {
      expect(ids(name).sort()).toEqual([`${name}-a`, `${name}-b`, `${name}-c`]);
      expect(story(name).slice(-2)).toEqual(['state 3', 'COMPLETE']);
    }
    if (isConfigured) expect(ids('sources')).toEqual(['a', 'b', 'c']);
    else expect(of('sources')).toEqual([]);
  });

  test('that changes while it is paged, and so brings a row twice, asks for its children once', async () => {
    const { stream } = counted('sources', rows('a', 'b'), rows('b', 'c'));
    const { ids } = await run([stream, childOf(stream, 'x')], { configured: ['x'] });
    expect(ids('x').sort()).toEqual(['x-a', 'x-b', 'x-c']);
  });

  test('that nobody needs is not read', async () => {
    const { stream, seen } = counted('sources', rows('a'));
    await run([stream, childOf(stream, 'x'), table('y', () => pages())], { configured: ['y'] });
    expect(seen.times).toBe(0);
  });

  test('that is empty has children without rows, and complete', async () => {
    const { stream } = counted('sources');
    const { complete, story } = await run([stream, childOf(stream, 'x')]);
    expect(complete).toBe(true);
    expect(story('x')).toEqual(['STARTED', 'RUNNING', 'state 0', 'COMPLETE']);
  });

  test('gives its children the fields that they asked for, and no more', async () => {
    const { stream } = counted('sources', [{ id: 'a', slug: 's', settings: { big: 'x' } }]);
    const given: Row[] = [];
    const child = (name: string, keep: string[]) =>
      childOf(stream, name, {
        parent: { stream, keep, path: () => '/' },
        read: ({ parent }) => {
          given.push(parent);
          return pages();
        },
      });
    await run([stream, child('x', ['id']), child('y', ['slug'])]);
    expect(given).toEqual([
      { id: 'a', slug: 's' },
      { id: 'a', slug: 's' },
    ]);
  });

  test('can have parents of its own', async () => {
    const { stream, seen } = counted('a', rows('1', '2'));
    const middle = childOf(stream, 'b');
    const { complete, ids } = await run([childOf(middle, 'c'), middle, stream], { configured: ['c'] });
    expect([complete, seen.times]).toEqual([true, 1]);
    expect(ids('c').sort()).toEqual(['c-b-1', 'c-b-2']);
  });

  test.each([
    ['and is configured', ['sources', 'x', 'y']],
    ['and is not', ['x', 'y']],
  ])('that fails %s leaves every child INCOMPLETE, naming it', async (_, configured) => {
    const sources = table('sources', () => failing(configError('Get a role.', 'HTTP 403'), rows('a')));
    const { complete, story, error } = await run(
      [sources, childOf(sources, 'x'), childOf(sources, 'y'), table('other', () => pages(rows('o')))],
      { configured: [...configured, 'other'] },
    );
    expect(complete).toBe(false);
    for (const name of ['x', 'y']) {
      expect(story(name)).toEqual(['STARTED', 'INCOMPLETE', 'ERROR config_error']);
      expect(error(name)?.message).toMatch(
        new RegExp(`^${name} needs the list of sources, which could not be read: Get a role\\.$`),
      );
      expect(error(name)?.internal_message).toBe('HTTP 403');
    }
    expect(story('other').at(-1)).toBe('COMPLETE');
  });

  test('that fails without being configured is told by its children alone', async () => {
    const sources = table('sources', () => failing(transientError('again later')));
    const { of } = await run([sources, childOf(sources, 'x')], { configured: ['x'] });
    expect(of('sources')).toEqual([]);
  });
});

describe('lists that a stream joins', () => {
  const joining = (lists: FakeStream[], read: FakeStream['read']) =>
    table('joined', read, { joins: lists.map((stream) => ({ stream, keep: ['id'] })) });

  test('are read once and whole, whoever else needs them, with the kept fields', async () => {
    const { stream, seen } = counted('sources', [{ id: 'a', rest: 1 }], [{ id: 'b', rest: 2 }]);
    const users = table('users', () => pages(rows('u')));
    const joined = joining([stream, users], ({ rowsOf }) => pages([...rowsOf(stream), ...rowsOf(users)]));
    const { complete, of, ids } = await run([stream, users, joined, childOf(stream, 'x')], {
      configured: ['joined', 'x'],
    });
    expect([complete, seen.times]).toEqual([true, 1]);
    expect(of('joined').flatMap(({ record }) => record?.data ?? [])).toEqual(rows('a', 'b', 'u'));
    expect(ids('x').sort()).toEqual(['x-a', 'x-b']);
  });

  test('are waited for without a place that they need themselves', async () => {
    const lists = ['a', 'b', 'c'].map((name) => table(name, () => pages(rows(name))));
    const joined = joining(lists, ({ rowsOf }) => pages(lists.flatMap((list) => rowsOf(list))));
    const { complete, ids } = await run([joined, ...lists], { configured: ['joined'], concurrency: 1 });
    expect([complete, ids('joined')]).toEqual([true, ['a', 'b', 'c']]);
  });

  test('fail it where they are needed and not whole, also where only a part of them is missing', async () => {
    const explain = async (error: unknown): Promise<Verdict> => ({
      failure: configError((error as Error).message),
      ofParent: true,
    });
    const sources = table('sources', () => pages(rows('a', 'b')));
    const part = childOf(sources, 'part', {
      read: ({ parent: { id } }) => (id === 'a' ? failing(new Error('No role.')) : pages(rows('p'))),
    });
    const joined = joining([part], ({ rowsOf }) => pages(rowsOf(part)));
    const { complete, story, error } = await run([sources, part, joined], {
      configured: ['joined'],
      explain,
    });
    expect(complete).toBe(false);
    expect(story('joined')).toEqual(['STARTED', 'RUNNING', 'INCOMPLETE', 'ERROR config_error']);
    expect(error('joined')?.message).toMatch(/^joined needs the list of part, .* in full: 1 of 2 sources/);
  });

  test('and does not look at after all may fail', async () => {
    const closed = table('closed', () => failing(configError('No role.')));
    const { complete, ids } = await run([closed, joining([closed], () => pages(rows('j')))], {
      configured: ['joined'],
    });
    expect([complete, ids('joined')]).toEqual([true, ['j']]);
  });
});

describe('rows of some parents that cannot be read', () => {
  /** What a source makes of a refusal for one parent. */
  const explain = async (error: unknown): Promise<Verdict> => ({
    failure: configError((error as Error).message),
    ofParent: true,
  });
  const parents = table('sources', () => pages(rows('a', 'b', 'c', 'd')));
  const brokenFor = (broken: Record<string, Error>) => {
    const asked: string[] = [];
    const child = childOf(parents, 'x', {
      read: ({ parent }) => {
        const id = String(parent['id']);
        asked.push(id);
        return broken[id] ? failing(broken[id]) : pages(rows(`x-${id}`));
      },
    });
    return { child, asked };
  };

  test('for want of a role: the others are read, and the stream is INCOMPLETE all the same', async () => {
    const { child, asked } = brokenFor({ b: new Error('No role.'), d: new Error('No role.') });
    const { complete, ids, story, error } = await run([parents, child], { concurrency: 1, explain });
    expect(complete).toBe(false);
    expect(asked).toEqual(['a', 'b', 'c', 'd']);
    expect(ids('x')).toEqual(['x-a', 'x-c']);
    expect(story('x').slice(-2)).toEqual(['INCOMPLETE', 'ERROR config_error']);
    expect(error('x')?.message).toBe('2 of 4 sources could not be read for it (first /sources/b): No role.');
  });

  test.each([transientError('503'), new TypeError('our bug')])(
    'for another reason: the rest is not asked for (%s)',
    async (reason) => {
      const { child, asked } = brokenFor({ b: reason });
      const { complete, story } = await run([parents, child], { concurrency: 1 });
      expect([complete, asked]).toEqual([false, ['a', 'b']]);
      expect(story('x').slice(-2)[0]).toBe('INCOMPLETE');
    },
  );

  test('for want of a plan: the table is closed as a whole, and after a number of them the rest is not asked for', async () => {
    const many = Array.from({ length: 50 }, (_, id) => `p${id}`);
    const all = table('sources', () => pages(rows(...many)));
    let asked = 0;
    const child = childOf(all, 'x', {
      read: () => {
        asked += 1;
        return failing(new Error('No plan.'));
      },
    });
    const { complete, error } = await run([all, child], { concurrency: 1, explain });
    expect([complete, asked]).toEqual([false, 20]);
    expect(error('x')?.message).toBe(
      '20 of 50 sources could not be read for it (first /sources/p0), and 30 were not tried: No plan.',
    );
  });

  test('whichever comes first', async () => {
    const { child, asked } = brokenFor({
      a: new Error('No role.'),
      b: new Error('No.'),
      c: new Error('No.'),
    });
    const { ids } = await run([parents, child], { concurrency: 1, explain });
    expect(asked).toEqual(['a', 'b', 'c', 'd']);
    expect(ids('x')).toEqual(['x-d']);
  });

  test.each([
    ['is configured', ['x', 'y']],
    ['is not', ['y']],
  ])(
    'for want of a role, where it %s: what hangs on the others is read, and INCOMPLETE too',
    async (_, configured) => {
      const { child } = brokenFor({ b: new Error('No role.') });
      const { complete, ids, story, error } = await run([parents, child, childOf(child, 'y')], {
        configured,
        explain,
      });
      expect(complete).toBe(false);
      expect(ids('y').sort()).toEqual(['y-x-a', 'y-x-c', 'y-x-d']);
      expect(story('y').slice(-2)).toEqual(['INCOMPLETE', 'ERROR config_error']);
      expect(error('y')?.message).toBe(
        'y needs the list of x, which could not be read in full: ' +
          '1 of 4 sources could not be read for it (first /sources/b): No role.',
      );
    },
  );

  test('and then are missing from a table that goes by time: its state would lose them, so none is read', async () => {
    const { child } = brokenFor({ b: new Error('No role.') });
    const series = childOf(child, 'z', { cursor: 'at', windows: daily() });
    const { ids, story } = await run([parents, child, series], { configured: ['z'], explain });
    expect(ids('z')).toEqual([]);
    expect(story('z')).toEqual(['STARTED', 'INCOMPLETE', 'ERROR config_error']);
  });

  test('because one was deleted since it was listed: passed over with a log line, and complete', async () => {
    const { child } = brokenFor({ b: new Error('404') });
    const explain = async (): Promise<Verdict> => ({ vanished: 'x: /sources/b was deleted' });
    const { complete, ids, logs } = await run([parents, child], { explain });
    expect(complete).toBe(true);
    expect(ids('x')).toEqual(['x-a', 'x-c', 'x-d']);
    expect(logs).toContain('INFO x: /sources/b was deleted');
  });

  test('because one was deleted since it was listed: a table that joins both has it in neither', async () => {
    const { child } = brokenFor({ b: new Error('404') });
    const joins = [parents, child].map((stream) => ({ stream, keep: ['id'] }));
    const read: FakeStream['read'] = ({ rowsOf }) => pages([...rowsOf(parents), ...rowsOf(child)]);
    const { ids } = await run([parents, child, table('joined', read, { joins })], {
      configured: ['joined'],
      explain: async (): Promise<Verdict> => ({ vanished: 'x: /sources/b was deleted' }),
    });
    expect(ids('joined')).toEqual(['a', 'c', 'd', 'x-a', 'x-c', 'x-d']);
  });
});
