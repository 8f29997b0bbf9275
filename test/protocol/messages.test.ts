import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { errorTrace, recordFrame, state, streamStatus } from '../../src/protocol/messages.ts';

describe('a RECORD line', () => {
  test('is the frame around the data, for any name and any data', () => {
    const name = fc.string();
    fc.assert(
      fc.property(name, fc.option(name), fc.jsonValue(), fc.nat(), (stream, namespace, data, at) => {
        const descriptor = { name: stream, ...(namespace !== null && { namespace }) };
        const { open, close } = recordFrame(descriptor, at);
        const text = JSON.stringify(data);
        const line = `${open.toString()}${text}${close.toString()}`;
        expect(line.endsWith('\n')).toBe(true);
        expect(line.slice(0, -1)).not.toContain('\n');
        expect(JSON.parse(line)).toEqual({
          type: 'RECORD',
          record: {
            stream,
            ...(namespace !== null && { namespace }),
            emitted_at: at,
            data: JSON.parse(text) as unknown,
          },
        });
      }),
    );
  });

  test('has no namespace where the catalog has none', () => {
    expect(recordFrame({ name: 'users' }, 1).open.toString()).not.toContain('namespace');
  });
});

describe('a STATE', () => {
  test('carries the number of records since the one before', () => {
    expect(state({ name: 'users' }, { cursor: 'x' }, 128)).toEqual({
      type: 'STATE',
      state: {
        type: 'STREAM',
        stream: { stream_descriptor: { name: 'users' }, stream_state: { cursor: 'x' } },
        sourceStats: { recordCount: 128 },
      },
    });
  });
});

describe('a STREAM_STATUS', () => {
  test('says RATE_LIMITED with a whole number of ms, and only where it is so', () => {
    const limited = JSON.stringify(streamStatus({ name: 'users' }, 'RUNNING', 1, 1234.6));
    expect(JSON.parse(limited)).toMatchObject({
      trace: {
        stream_status: { reasons: [{ type: 'RATE_LIMITED', rate_limited: { quota_reset: 1235 } }] },
      },
    });
    expect(JSON.stringify(streamStatus({ name: 'users' }, 'RUNNING', 1))).not.toContain('reasons');
  });
});

describe('an ERROR trace', () => {
  test('names who must act, and the stream where there is one', () => {
    const error = { failureType: 'config_error', message: 'Do this.', internal: 'HTTP 403' } as const;
    expect(errorTrace(error, 5, { name: 'users', namespace: 'x' })).toEqual({
      type: 'TRACE',
      trace: {
        type: 'ERROR',
        emitted_at: 5,
        error: {
          message: 'Do this.',
          internal_message: 'HTTP 403',
          failure_type: 'config_error',
          stream_descriptor: { name: 'users', namespace: 'x' },
        },
      },
    });
    expect(JSON.stringify(errorTrace({ failureType: 'system_error', message: 'x' }, 5))).not.toMatch(
      /internal|descriptor/,
    );
  });
});
