/** In no document any more, and always the same. */
import { revenueOf } from '../data/funnels.ts';
import { dateOf } from '../zone.ts';
import { BOTH, type Operation } from './operation.ts';
import { readChoice, readDays } from './parameters.ts';
import { inJson } from './reply.ts';

export const REVENUE: Operation = {
  path: '{prefix}/engage/revenue',
  family: 'query',
  open: BOTH,
  parameters: ['from_date', 'to_date', 'unit'],
  required: ['from_date', 'to_date'],
  rowsAt: 'results',
  answer: ({ world, url, parameters }) => {
    const { from, to } = readDays(url, parameters, world.calendar.reportDay);
    readChoice(url, parameters, 'unit', ['day']);
    const days = world.calendar.reportDays.filter((day) => day >= from && day <= to);
    return inJson(200, {
      computed_at: `${new Date(world.calendar.clock.now()).toISOString().slice(0, -1)}889+00:00`,
      results: {
        $overall: { amount: 12.5, count: 124, paid_count: 1 },
        ...Object.fromEntries(days.map((day) => [dateOf(day), revenueOf(day)])),
      },
      session_id: '1625316223',
      status: 'ok',
    });
  },
};
