import { getEventListeners } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MASK, masker, type Mask } from '../../src/protocol/mask.ts';
import { log, state } from '../../src/protocol/messages.ts';
import { SHARED, Shared, whole, type Sharing } from '../../src/protocol/shared.ts';
import { ReaderGone, Writer } from '../../src/protocol/writer.ts';

const STREAM = { name: 'users' };
const BATCH = 24 * 1024;
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A reader that takes a chunk only when it is told to. */
class SlowReader extends Writable {
  readonly chunks: string[] = [];
  handed = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(highWaterMark = 16) {
    super({ highWaterMark });
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.handed += chunk.length;
    this.#waiting.push(() => {
      this.chunks.push(chunk.toString());
      done();
    });
  }

  async take(): Promise<boolean> {
    const one = this.#waiting.shift();
    one?.();
    await settle();
    return one !== undefined;
  }

  async takeAll(): Promise<void> {
    while (await this.take());
  }
}

const linesOf = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const warnings: string[] = [];
const rejections: unknown[] = [];
const onWarning = (warning: Error) => warnings.push(warning.name);
const onRejection = (reason: unknown) => rejections.push(reason);
beforeEach(() => {
  process.on('warning', onWarning);
  process.on('unhandledRejection', onRejection);
});
afterEach(async () => {
  await settle();
  process.off('warning', onWarning);
  process.off('unhandledRejection', onRejection);
  expect([warnings.splice(0), rejections.splice(0)]).toEqual([[], []]);
});

describe('order', () => {
  test('is the order of the calls, however many write at once and however slow the reader', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 3 }), { maxLength: 40 }), async (sizes) => {
        const out = new SlowReader();
        const writer = new Writer(out);
        let id = 0;
        const expected: unknown[] = [];
        const writes = sizes.map((size) => {
          if (size === 0) {
            expected.push('STATE');
            return writer.write(state(STREAM, {}, 0));
          }
          const rows = Array.from({ length: size }, () => ({ id: (id += 1) }));
          expected.push(...rows.map((row) => row.id));
          return writer.writeRecords(STREAM, rows);
        });
        await settle();
        await out.takeAll();
        await Promise.all(writes);
        const lines = linesOf(out.chunks.join(''));
        const seen = lines.map(
          (line) => (line['record'] as { data: { id: number } } | undefined)?.data.id ?? line['type'],
        );
        expect(seen).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  test('every line is one message, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.dictionary(fc.string(), fc.jsonValue())),
        fc.string(),
        async (rows, text) => {
          const out = new PassThrough();
          const writer = new Writer(out);
          await Promise.all([writer.writeRecords(STREAM, rows), writer.write(log('INFO', `a\nb ${text}`))]);
          const read = String((out.read() as Buffer | null) ?? '');
          expect(read.split('\n')).toHaveLength(rows.length + 2);
          expect(linesOf(read)).toHaveLength(rows.length + 1);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('a slow reader', () => {
  test('slows the writer: no more than a batch is handed over ahead of it', async () => {
    const out = new SlowReader();
    const writer = new Writer(out);
    const rows = Array.from({ length: 5000 }, (_, id) => ({ id, text: 'x'.repeat(100) }));
    const writes = [writer.writeRecords(STREAM, rows), writer.writeRecords(STREAM, rows)];
    let taken = 0;
    await settle();
    do {
      const ahead = out.handed - taken;
      expect(ahead).toBeGreaterThan(0);
      expect(ahead).toBeLessThanOrEqual(BATCH + 300);
      expect(out.writableLength).toBeLessThanOrEqual(BATCH + 300);
      taken = out.handed;
    } while ((await out.take()) && out.handed > taken);
    await Promise.all(writes);
    expect(linesOf(out.chunks.join(''))).toHaveLength(10_000);
  });

  test('many who wait for it are no leak of listeners', async () => {
    const out = new SlowReader();
    const writer = new Writer(out);
    const writes = Array.from({ length: 50 }, (_, id) => writer.writeRecords(STREAM, [{ id }]));
    await settle();
    expect(getEventListeners(writer.gone, 'abort')).toHaveLength(1);
    await out.takeAll();
    await Promise.all(writes);
    expect(getEventListeners(writer.gone, 'abort')).toEqual([]);
  });

  test('holds back little, however much the stream would', async () => {
    const out = new SlowReader(1e6);
    const writer = new Writer(out);
    const rows = Array.from({ length: 100 }, (_, id) => ({ id, text: 'x'.repeat(10_000) }));
    const done = writer.writeRecords(STREAM, rows);
    await settle();
    expect(out.writableLength).toBeLessThan(2 * BATCH);
    await out.takeAll();
    await done;
  });

  test('small records go out many at a time', async () => {
    const out = new SlowReader(1e6);
    const writer = new Writer(out);
    const done = writer.writeRecords(
      STREAM,
      Array.from({ length: 1000 }, (_, id) => ({ id })),
    );
    await settle();
    await out.takeAll();
    await done;
    expect(out.chunks.length).toBeLessThan(5);
  });
});

describe('a reader that goes away', () => {
  test('ends every write, also those that wait for their turn', async () => {
    const out = new SlowReader();
    const writer = new Writer(out);
    const writes = [writer.writeRecords(STREAM, [{ id: 1 }]), writer.write(log('INFO', 'x'))];
    const ends = writes.map((write) => write.catch((error: unknown) => error));
    await settle();
    out.destroy();
    for (const end of await Promise.all(ends)) expect(end).toBeInstanceOf(ReaderGone);
    expect(writer.gone.aborted).toBe(true);
    expect(writer.gone.reason).toBeInstanceOf(ReaderGone);
    await expect(writer.write(log('INFO', 'y'))).rejects.toBeInstanceOf(ReaderGone);
  });

  test('EPIPE is no crash, and says so to whoever listens', async () => {
    const epipe = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    const out = new Writable({ highWaterMark: 1, write: (_, __, done) => setImmediate(done, epipe) });
    const writer = new Writer(out);
    let heard = 0;
    writer.gone.addEventListener('abort', () => (heard += 1));
    await expect(writer.writeRecords(STREAM, [{ id: 1 }])).rejects.toBeInstanceOf(ReaderGone);
    await expect(writer.writeRecords(STREAM, [{ id: 2 }])).rejects.toBeInstanceOf(ReaderGone);
    expect(heard).toBe(1);
  });

  test('in the middle of a long page stops the page', async () => {
    const out = new SlowReader();
    const writer = new Writer(out);
    const rows = Array.from({ length: 5000 }, (_, id) => ({ id, text: 'x'.repeat(100) }));
    const write = writer.writeRecords(STREAM, rows).catch((error: unknown) => error);
    await settle();
    await out.take();
    out.destroy();
    expect(await write).toBeInstanceOf(ReaderGone);
    expect(out.handed).toBeLessThanOrEqual(2 * (BATCH + 300));
  });
});

describe('a run that is stopped', () => {
  test('writes no RECORD and no STATE from then on, and everything else', async () => {
    const out = new SlowReader();
    const stop = new AbortController();
    const writer = new Writer(out, undefined, undefined, stop.signal);
    const rows = Array.from({ length: 5000 }, (_, id) => ({ id, text: 'x'.repeat(100) }));
    const dropped = [
      writer.writeRecords(STREAM, rows),
      writer.write(state(STREAM, {}, rows.length)),
      writer.writeRecords(STREAM, [{ id: 1 }]),
    ];
    const ends = dropped.map((write) => write.catch((error: unknown) => error));
    const said = writer.write(log('INFO', 'x'));
    await settle();
    const handed = out.handed;
    stop.abort('stopped');
    await out.takeAll();
    expect(await Promise.all(ends)).toEqual(['stopped', 'stopped', 'stopped']);
    await said;
    const text = out.chunks.join('');
    expect(text).toHaveLength(handed + text.split('\n').at(-2)!.length + 1);
    expect(linesOf(text).at(-1)).toMatchObject({ type: 'LOG' });
  });
});

describe('a write that fails', () => {
  test('fails alone: those behind it go out', async () => {
    const out = new PassThrough();
    const writer = new Writer(out, (text) => {
      if (text.includes('bad')) throw new Error('bad');
      return text;
    });
    const writes = ['bad', 'good'].map((text) => writer.write(log('INFO', text)));
    expect((await Promise.allSettled(writes)).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(linesOf(String(out.read() as Buffer))).toHaveLength(1);
  });
});

describe('what goes out', () => {
  test('is masked, everywhere', async () => {
    const out = new PassThrough();
    const writer = new Writer(out, (text) => text.replaceAll('hunter2', '***'));
    await writer.writeRecords(STREAM, [{ id: 'hunter2', hunter2: [{ deep: 'a hunter2' }] }]);
    await writer.write(log('INFO', 'hunter2'));
    await writer.write(state(STREAM, { cursor: 'hunter2' }, 1));
    expect(String(out.read() as Buffer)).not.toContain('hunter2');
  });

  test('beats the heart: RECORD and STATE do, nothing else does', async () => {
    let now = 1000;
    const writer = new Writer(new PassThrough(), undefined, () => now);
    expect(writer.lastBeat).toBe(1000);
    now = 2000;
    await writer.write(log('INFO', 'x'));
    await writer.writeRecords(STREAM, []);
    expect(writer.lastBeat).toBe(1000);
    await writer.writeRecords(STREAM, [{ id: 1 }]);
    expect(writer.lastBeat).toBe(2000);
    now = 3000;
    await writer.write(state(STREAM, {}, 0));
    expect(writer.lastBeat).toBe(3000);
  });
});

describe('a line', () => {
  test('is one to every reader: no character in it is a line break to anybody', async () => {
    const out = new PassThrough();
    const writer = new Writer(out);
    const data = { text: 'a\u2028b\u2029c\u0085d\ne\r\u000bf' };
    await writer.writeRecords({ name: 'x' }, [data]);
    const text = String(out.read());
    expect(text.slice(0, -1)).not.toMatch(/[\n\r\u000b\u000c\u001c-\u001e\u0085\u2028\u2029]/);
    expect((JSON.parse(text) as { record: { data: unknown } }).record.data).toEqual(data);
  });
});

describe('columns that rows share', () => {
  const value = fc.oneof(fc.jsonValue(), fc.string({ unit: 'grapheme' }));
  const columns = (name: string, minKeys: number) =>
    fc.dictionary(fc.constantFrom('é', '"', `${name}1`, `${name}2`), value, { minKeys });

  test('stand behind those of each, as if they were its own', async () => {
    const length = fc.constantFrom(0, 3000);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(columns('own', 0), length)),
        columns('ours', 1),
        async (own, ours) => {
          const shared = new Shared(ours);
          const rows = own.map(([row, extra], id): Sharing => {
            const all = { ...row, id, long: 'ä'.repeat(extra) };
            const free = Object.fromEntries(Object.entries(all).filter(([name]) => !(name in ours)));
            return id % 3 === 0 ? free : { ...free, [SHARED]: shared };
          });
          const out = new PassThrough();
          const all = textOf(out);
          await new Writer(out).writeRecords(STREAM, rows);
          out.end();
          const data = linesOf(await all).map(({ record }) => (record as { data: unknown }).data);
          const expected = rows.map((row) => ({ ...row, ...row[SHARED]?.columns, [SHARED]: undefined }));
          expect(data).toEqual(JSON.parse(JSON.stringify(expected)));
          expect(rows.map(whole)).toEqual(expected);
        },
      ),
    );
  });
});

test('a secret in columns that rows share is masked', async () => {
  const out = new PassThrough();
  const rows = [{ id: 1, [SHARED]: new Shared({ workspaceId: 'the sgp_abcdef' }) }];
  await new Writer(out, masker(['sgp_abcdef'])).writeRecords(STREAM, rows);
  expect(linesOf(String(out.read()))).toMatchObject([{ record: { data: { workspaceId: `the ${MASK}` } } }]);
});

describe('lines that are bytes already', () => {
  const line = (text: string) => `{"type":"RECORD","record":{"data":${JSON.stringify(text)}}}\n`;
  const written = async (mask: Mask, text: string): Promise<string> => {
    const out = new PassThrough();
    const all = textOf(out);
    await new Writer(out, mask).writeRecordLines(Buffer.from(text));
    out.end();
    return all;
  };

  test('go out as they are', async () => {
    const text = Array.from({ length: 3000 }, (_, index) => line(`${index} Å 漢 😀 "\\`)).join('');
    expect(await written(masker(['of-nobody']), text)).toBe(text);
  });

  test('are masked, in any form of a secret', async () => {
    const secret = 'p"ss\\w/rd-är';
    for (const form of [
      secret,
      encodeURIComponent(secret),
      Buffer.from(`user:${secret}`).toString('base64'),
    ]) {
      const text = await written(masker([secret]), line(`before ${form} behind`) + line('another'));
      expect(text).toContain(MASK);
      expect(text).not.toContain(JSON.stringify(form).slice(1, -1));
      expect(linesOf(text)).toHaveLength(2);
    }
  });

  test('are masked by whoever cannot tell what has a secret', async () => {
    expect(await written((text) => text.replaceAll('hidden', MASK), line('hidden'))).toBe(line(MASK));
  });

  test('are each on one line, whoever counts', async () => {
    const text = await written(masker([]), line('a\u0085b\u2028c\u2029d'));
    expect(text.split(/[\n\u0085\u2028\u2029]/)).toHaveLength(2);
    expect(linesOf(text)).toEqual(linesOf(line('a\u0085b\u2028c\u2029d')));
  });

  test('go out in batches of whole lines, and none once the run is stopped', async () => {
    const out = new SlowReader();
    const stop = new AbortController();
    const writer = new Writer(out, masker([]), () => 0, stop.signal);
    const writing = writer.writeRecordLines(Buffer.from(line('x'.repeat(1000)).repeat(100)));
    const failing = expect(writing).rejects.toThrow('stopped');
    await settle();
    expect(out.handed).toBeGreaterThan(BATCH);
    expect(out.handed).toBeLessThan(2 * BATCH);
    stop.abort(new Error('stopped'));
    await out.takeAll();
    await failing;
    expect(out.handed).toBeLessThan(2 * BATCH);
    expect(linesOf(out.chunks.join(''))).not.toEqual([]);
  });
});
