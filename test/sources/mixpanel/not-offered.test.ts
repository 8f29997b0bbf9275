/** What only the siblings have, and the command line offers for all. */
import { expect, test } from '@jest/globals';
import type { Io } from '../../../src/commands/command.ts';
import { forward } from '../../../src/commands/forward.ts';
import { select } from '../../../src/export/selection.ts';
import { mixpanel } from '../../../src/sources/mixpanel/source.ts';

test.each([undefined, 'export'])('no table (%s) can be forwarded', async (stream) => {
  const io = { source: mixpanel } as unknown as Io;
  await expect(forward(io, stream === undefined ? {} : { stream })).rejects.toMatchObject({
    failureType: 'config_error',
    message: 'source-mixpanel has no table that can be forwarded.',
  });
});

test('there are no views', () => {
  const wish = { view: 'vanta', format: 'csv', streams: undefined, isIncremental: false } as const;
  expect(() => select(mixpanel, wish, 0)).toThrow(
    'source-mixpanel has no views; leave --view out to export its tables.',
  );
});
