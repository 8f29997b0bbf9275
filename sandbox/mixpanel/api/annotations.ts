/** https://developer.mixpanel.com/reference/list-all-annotations-for-project, and what was before it. */
import type { Auth, Row } from '../contract.ts';
import { DAY } from '../zone.ts';
import type { Asked, Operation } from './operation.ts';
import { readDays } from './parameters.ts';
import { inJson } from './reply.ts';

export const ANNOTATIONS: readonly Operation[] = [
  {
    path: '/api/app/projects/{id}/annotations',
    family: 'app',
    open: ['service-account'],
    parameters: ['fromDate', 'toDate'],
    rowsAt: 'results',
    answer: (asked) =>
      inJson(200, { status: 'ok', results: within(asked, 'service-account', ['fromDate', 'toDate']) }),
  },
  {
    path: '/api/2.0/annotations',
    family: 'legacy',
    open: ['api-secret'],
    parameters: ['from_date', 'to_date'],
    required: ['from_date', 'to_date'],
    rowsAt: 'annotations',
    answer: (asked) => inJson(200, { annotations: within(asked, 'api-secret', ['from_date', 'to_date']) }),
  },
];

/** Those of the days asked for, days to come too. */
function within({ world, url, parameters }: Asked, form: Auth, names: readonly [string, string]): Row[] {
  const { from, to } = readDays(url, parameters, Infinity, names);
  const dayOf = ({ date }: { date: string }) => Date.parse(date.slice(0, 10)) / DAY;
  return world.annotations
    .map((forms) => forms[form])
    .filter((row) => dayOf(row) >= from && dayOf(row) <= to);
}
