/** https://developer.mixpanel.com/reference/funnels-query */
import { funnelDay, overall } from '../data/funnels.ts';
import { dateOf } from '../zone.ts';
import { BOTH, type Asked, type Operation } from './operation.ts';
import { readChoice, readDays, readInteger } from './parameters.ts';
import { inJson, missing, type Reply } from './reply.ts';

/** The longest conversion window, in each of its units. */
const LONGEST = { day: 90, hour: 2160, minute: 129_600, second: 7_776_000 };
type Unit = keyof typeof LONGEST;

const asked = { family: 'query', open: BOTH } as const;

export const FUNNELS: readonly Operation[] = [
  {
    ...asked,
    path: '{prefix}/funnels/list',
    parameters: [],
    answer: ({ world }) => {
      const listed = world.funnels.filter(({ isListed }) => isListed);
      return inJson(
        200,
        listed.map(({ funnel_id, name }) => ({ funnel_id, name })),
      );
    },
  },
  {
    ...asked,
    path: '{prefix}/funnels',
    parameters: ['funnel_id', 'from_date', 'to_date', 'unit', 'length', 'length_unit'],
    required: ['funnel_id', 'from_date', 'to_date'],
    rowsAt: 'data',
    answer: funnel,
  },
];

function funnel({ world, url, parameters }: Asked): Reply {
  const id = readInteger(url, parameters, 'funnel_id', { from: 1, to: 999_999_999 });
  const { from, to } = readDays(url, parameters, world.calendar.reportDay);
  readChoice(url, parameters, 'unit', ['day']);
  const unit = (readChoice(url, parameters, 'length_unit', Object.keys(LONGEST)) ?? 'day') as Unit;
  readInteger(url, parameters, 'length', { from: 1, to: LONGEST[unit] });
  if (!world.funnels.some(({ funnel_id, isThere }) => funnel_id === id && isThere))
    throw missing(`there is no funnel ${id}`);
  const days = world.calendar.reportDays.filter((day) => day >= from && day <= to);
  // Nobody promised an order.
  const mixed = [...days.filter((day) => day % 2 === 1), ...days.filter((day) => day % 2 === 0)];
  const rows = mixed.map(
    (day) => [dateOf(day), funnelDay(world.seed, id ?? 0, day, world.calendar.reportDay)] as const,
  );
  return inJson(200, {
    meta: { dates: days.map(dateOf) },
    data: { ...(rows.length > 1 && { $overall: overall() }), ...Object.fromEntries(rows) },
  });
}
