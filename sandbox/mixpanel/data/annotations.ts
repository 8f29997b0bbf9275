import type { Auth, Row } from '../contract.ts';
import { DAY } from '../zone.ts';

/** Days before (or after) the first `now`: two of the same day, one of long ago, one of a day to come. */
const AGES = [2, 2, 0, 500, -7, 5];
const USER = { id: 3440095, first_name: '', last_name: '' };

export interface Annotation {
  readonly row: Row & { readonly id: number; readonly date: string };
}

/** The two APIs do not tell the same of one. */
export function annotationAt(
  index: number,
  today: number,
  projectId: number,
): Record<Auth, Annotation['row']> {
  const age = AGES[index % AGES.length] ?? 0;
  const date = new Date((today - age) * DAY).toISOString().slice(0, 10);
  const id = 1138193 + index * 3;
  const description = index % 4 === 3 ? 'Something “big”\nhappened 😀' : `test ${index}`;
  const common = { id, ...(index % 6 !== 3 && { project_id: projectId }) };
  const when = index % 2 === 0 ? `${date}T12:00:00+01:00` : `${date} 12:00:00`;
  return {
    'service-account': { ...common, date: when, description, ...extrasOf(index) },
    'api-secret': { id, project_id: projectId, date: `${date} 00:00:00`, description },
  };
}

function extrasOf(index: number): Row {
  switch (index % 4) {
    case 0:
      return { user: USER, tags: [] };
    case 1:
      return { user: USER };
    case 2:
      return { user: { ...USER, first_name: 'Ada' }, tags: [{ id: 7, name: 'Launch' }] };
    default:
      return { user: null, tags: null };
  }
}
