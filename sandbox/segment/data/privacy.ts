/** Requests to delete and suppress, which stay for 90 days, and whose data is suppressed. */
import { random as seeded, type Random } from '../../kit/random.ts';
import type { Row } from '../contract.ts';

const DAY = 24 * 3600 * 1000;
const KEPT = 90 * DAY;
const TYPES = ['DELETE_ONLY', 'DELETE_INTERNAL', 'SUPPRESS_ONLY', 'SUPPRESS_WITH_DELETE', 'UNSUPPRESS'];
const SUBJECTS = ['user_1', '顧客 42', 'zoë@bücher.example', '12345678901234567890', ' ', 'a"b\\c'];

interface Scope {
  seed: number;
  now: number;
  /** Days between two of them, and the day that the first is on. */
  every: number;
  shift: number;
}

/** One on each of its days, newest first. Those of different scopes can have the same id. */
export function regulations({ seed, now, every, shift }: Scope): Row[] {
  const rows: Row[] = [];
  for (let day = Math.floor(now / DAY); day * DAY > now - KEPT - DAY; day -= 1) {
    if ((day + shift) % every !== 0) continue;
    const id = Math.floor((day + shift) / every);
    const random = seeded(seed, 'regulation', every, id);
    const created = day * DAY + random.int(DAY);
    if (created <= now && created > now - KEPT) rows.push(regulation(random, created, now));
  }
  return rows;
}

function regulation(random: Random, created: number, now: number): Row {
  const id = random.id(27);
  const finished = created + (1 + random.int(30)) * DAY;
  const isDone = finished <= now;
  return {
    id,
    subjectType: 'OBJECT_ID',
    subjects: Array.from({ length: random.int(4) }, () => random.pick(SUBJECTS)),
    status: isDone
      ? random.pick(['FINISHED', 'PARTIAL_SUCCESS', 'FAILED'])
      : random.pick(['RUNNING', 'INITIALIZED']),
    createdAt: micros(created),
    regulationType: random.pick(TYPES),
    ...(isDone ? { finishedAt: micros(finished) } : random.int(2) === 0 ? { finishedAt: null } : {}),
  };
}

/** Recorded answers have microseconds. */
const micros = (time: number): string => new Date(time).toISOString().replace('Z', '951Z');

/** A list of subjects: mostly of one, some of several, some of none, and some with a subject of another list. */
export function suppression(seed: number, index: number): Row {
  const random = seeded(seed, 'suppression', index);
  const own = (place: number): string => `${random.pick(SUBJECTS)}/${index}/${place}`;
  const length = [1, 1, 2, 0, 1][index % 5] ?? 1;
  return {
    id: random.id(),
    subjectType: index % 3 === 1 ? 'objectId' : 'userId',
    subjectIds: index % 4 === 0 ? ['everywhere'] : Array.from({ length }, (_, place) => own(place)),
  };
}
