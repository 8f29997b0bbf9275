import type { Row } from '../../../engine/stream.ts';
import type { Window } from '../../../engine/windows.ts';
import { MalformedAnswer } from '../../../http/errors.ts';
import { dayOf, isObject, type MixpanelApi } from '../api.ts';

/** The days of a window as the API wants them, both included, up to today in the project; undefined where it is to come. */
export function daysOf(api: MixpanelApi, window: Window): { from_date: string; to_date: string } | undefined {
  const today = dayOf(api.projectNow());
  const [from_date, last] = [dayOf(Date.parse(window.start)), dayOf(Date.parse(window.end) - 1)];
  return from_date > today ? undefined : { from_date, to_date: last < today ? last : today };
}

/** The days in an object by day; what else is in it (`$overall`) sums them up. */
export function rowsByDay(days: unknown, what: string): Row[] {
  if (!isObject(days)) throw new MalformedAnswer(`a 200 without the object "${what}"`);
  const dated = Object.entries(days).filter(([date]) => !date.startsWith('$'));
  return dated.map(([date, day]) => {
    if (!/^\d{4}-\d\d-\d\d$/.test(date) || !isObject(day))
      throw new MalformedAnswer(`a day that is none in "${what}"`);
    return { ...day, date };
  });
}
