import { hash, mix } from '../../kit/random.ts';
import type { Row } from '../contract.ts';

export interface Cohort {
  readonly row: Row & { readonly id: number };
  /** Of a hundred profiles so many are its members. */
  readonly percent: number;
  /** Members that have no profile. */
  readonly without: readonly string[];
  /** It is of a data group that was deleted: its members cannot be asked for. */
  readonly isOrphan: boolean;
}

const KINDS: readonly { fields: Row; percent: number; without?: readonly string[]; isOrphan?: boolean }[] = [
  {
    fields: { description: 'Seen in the last week.', is_visible: 1 },
    percent: 60,
    without: ['ghost-1', '404'],
  },
  { fields: { description: '', is_visible: 0, count: 0, data_group_id: null }, percent: 0 },
  {
    fields: { description: null, is_visible: 1, data_group_id: 987654321012345678n },
    percent: 9,
    isOrphan: true,
  },
  { fields: { description: 'Å\u2028😀', is_visible: 0, data_group_id: null }, percent: 30 },
  { fields: { description: '', is_visible: 1 }, percent: 100 },
  { fields: { description: '', is_visible: 1, data_group_id: null }, percent: 0, without: ['only-a-ghost'] },
];

export function cohortAt(seed: number, index: number, projectId: number): Cohort {
  const kind = KINDS[index % KINDS.length] ?? { fields: {}, percent: 0 };
  const { fields, percent, without = [], isOrphan = false } = kind;
  const row = {
    // A count is of some hour before: nobody may rely on it, but for 0.
    count: (mix(hash(`${seed}/cohort`), index) % 900) + 1,
    ...fields,
    created: new Date(Date.UTC(2019, 2, 19, 23, 49, 51) + index * 86_400_000 * 29)
      .toISOString()
      .replace('T', ' ')
      .slice(0, 19),
    project_id: projectId,
    id: 1000 + index * 1000,
    // Two may have the same name.
    name: `Cohort ${Math.floor(index / 2) + 1}`,
  };
  return { row, percent, without, isOrphan };
}

export const isMember = ({ row, percent }: Cohort, distinctId: string): boolean =>
  mix(hash(distinctId), row.id) % 100 < percent;
