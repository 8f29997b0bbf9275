/** Users, each made from its place alone. */
import { mix } from '../../kit/random.ts';
import type { Document, Row } from '../contract.ts';
import { DAY, HOUR, inForm, lastSince } from '../times.ts';
import { belong, kindAt, nameAt, place } from './profile.ts';
import { metadataAt, userIdAt } from './strange.ts';

/** What a document is made by. */
export interface Times {
  /** The seed, hashed: it is used too often to be hashed each time. */
  readonly salt: number;
  readonly appId: string;
  /** When the world began, at a whole hour, and what time it is (ms since the epoch). */
  readonly began: number;
  readonly now: number;
  readonly still: boolean;
}

interface Making extends Times {
  /** So many were there when the world began; each later one came a day after the one before. */
  readonly first: number;
  /** The company of a user. */
  readonly companyOf: (index: number) => Document | undefined;
}

/** Each tenth of those that were there was imported then (ms since the epoch), and never seen again. */
export const IMPORTED = Date.UTC(2021, 2, 4, 9, 30);
/** Four in ten were modified at the very same moment, so long ago (ms). */
export const SHARED_AGE = 3 * DAY - 99;
/** Hours from one change to the next, of each tenth. */
const CHANGES = 7;

export function userAt(index: number, making: Making): Document {
  const _id = userIdAt(index);
  const metadata = metadataAt(index);
  // Member by member: many are made in a day.
  const source: Row = { app_id: making.appId, org_id: '625:1' };
  identify(source, index, _id);
  time(source, index, making);
  belong(source, index, making.companyOf(index));
  place(source, index);
  if (metadata !== undefined) source['metadata'] = metadata;
  Object.assign(source, nameAt(index), kindAt(index));
  return { _id, _source: source };
}

/** What a user is called in the calls: not all of them are identified. */
function identify(source: Row, index: number, _id: string): void {
  switch (index % 7) {
    case 0:
      source['identified_user_id'] = `identified ${index}`;
      break;
    case 1:
      break;
    case 2:
      source['user_id'] = `uid-${index}`;
      source['identified_user_id'] = _id;
      break;
    case 3:
      source['user_id'] = null;
      source['identified_user_id'] = `Identified ${index}`;
      break;
    case 4:
      source['user_id'] = null;
      source['identified_user_id'] = null;
      break;
    default:
      source['user_id'] = _id;
  }
}

function time(source: Row, index: number, { salt, began, now, first, still }: Making): void {
  const turn = index % 10;
  const born = index < first ? undefined : began + (index - first + 1) * DAY;
  const age = Math.floor((mix(salt, index) / 2 ** 32) * 400 * DAY);
  const made = born ?? (turn === 8 ? IMPORTED : began - (turn < 4 ? SHARED_AGE : age));
  const modified = (turn === 6 ? lastSince(born ?? began, now, CHANGES) : undefined) ?? made;
  // Seen without being modified: no filter by `modified_time` tells.
  const seen = (turn === 4 || turn === 7) && !still ? Math.floor(now / HOUR) * HOUR : modified;
  if (index % 3 === 0) source['created'] = inForm(made - DAY, index + 1);
  // Each tenth has none, another twentieth has it empty: no range finds either.
  if (turn !== 4) source['modified_time'] = index % 20 === 5 ? null : inForm(modified, index);
  if (index % 8 !== 5) source['first_seen_time'] = inForm(made - DAY, index + 2);
  // Some have neither.
  if (index % 20 !== 14 && index % 40 !== 25) source['last_seen_time'] = inForm(seen, index + 3);
}
