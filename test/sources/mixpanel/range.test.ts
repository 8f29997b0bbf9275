import { describe, expect, test } from '@jest/globals';
import { halves, nameOf, whereOf, type Range } from '../../../src/sources/mixpanel/range.ts';

const DAY = { from: '2024-02-29', to: '2024-02-29' };
const SECOND = Date.UTC(2024, 1, 29) / 1000;

/** Whether the filter of a range takes a moment in; `holds` is what the API makes of the comparison. */
function takes(range: Range, moment: number, holds = (time: number, limit: number) => time < limit): boolean {
  const where = whereOf(range);
  return (where?.split(' and ') ?? []).every((part) => {
    const isBefore = holds(moment, Number(/datetime\((\d+)\)/.exec(part)?.[1]));
    return part.startsWith('not ') ? !isBefore : isBefore;
  });
}

function smallest(range: Range): Range[] {
  const parts = halves(range);
  return parts.length === 0 ? [range] : parts.flatMap(smallest);
}

test('days are halved into days without a gap', () => {
  const days = smallest({ from: '2024-02-27', to: '2024-03-02' }).map(({ from }) => from);
  expect([...new Set(days)]).toEqual(['2024-02-27', '2024-02-28', '2024-02-29', '2024-03-01', '2024-03-02']);
});

describe('the parts of a day', () => {
  const parts = smallest(DAY);

  test('are hours', () => {
    expect(parts).toHaveLength(32);
    expect(parts.map(nameOf).slice(0, 2)).toEqual(['2024-02-29 00:00-00:45', '2024-02-29 00:45-01:30']);
  });

  test.each([
    ['as we think', (time: number, limit: number) => time < limit],
    ['border included', (time: number, limit: number) => time <= limit],
    ['in another zone', (time: number, limit: number) => time + 7 * 3600 < limit],
    ['in milliseconds', (time: number, limit: number) => time * 1000 < limit],
    ['as always true', () => true],
  ])('take each event in once where the API reads the comparison %s', (_, holds) => {
    for (let second = -3600; second < 25 * 3600; second += 900)
      expect(parts.filter((part) => takes(part, SECOND + second, holds))).toHaveLength(1);
  });
});
