/** Every table of a simulated project is read whole, however the project is set up. */
import { describe, expect, test } from '@jest/globals';
import { streams } from '../../../src/sources/mixpanel/streams/index.ts';
import { project, read, sorted, truthOf } from './lab.ts';
import { story } from '../../support/messages.ts';

describe.each([
  ['a project of today', {}],
  ['an older one, in the west', { createdBefore2023: true, timezone: 'America/Los_Angeles' }],
  ['an older one, in the east', { createdBefore2023: true, timezone: 'Pacific/Kiritimati' }],
  ['one with an API secret, in the EU', { auth: 'api-secret', region: 'eu' }],
  ['one in India', { region: 'in', timezone: 'Asia/Kolkata' }],
] as const)('%s', (_, options) => {
  test('is read by value, every row as often as it is there', async () => {
    const sandbox = project(options);
    const { complete, messages } = await read(sandbox, { config: { page_size: 100 } });
    for (const { name } of streams) {
      const { records, errors } = story(messages, name);
      expect({ name, errors }).toEqual({ name, errors: [] });
      expect({ name, rows: sorted(records) }).toEqual({ name, rows: truthOf(sandbox, name) });
    }
    expect(complete).toBe(true);
  });
});
