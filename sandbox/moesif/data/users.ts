/** Users, each made from its place alone. */
import { fixed } from '../../kit/json.ts';
import { mix } from '../../kit/random.ts';
import type { Document, Row } from '../contract.ts';
import { DAY, HOUR, inForm, lastSince } from '../times.ts';
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
  belong(source, index, making);
  place(source, index);
  if (metadata !== undefined) source['metadata'] = metadata;
  Object.assign(source, nameAt(index), KINDS[index % KINDS.length]);
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
  const made = born ?? began - (turn < 4 ? SHARED_AGE : age);
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

/** Whole, in parts, or not at all. */
function nameAt(index: number): Row {
  switch (index % 6) {
    case 0:
      return { name: `Ada Example ${index}`, email: `ada${index}@example.com`, user_name: `@ada${index}` };
    case 1:
      return { name: null, first_name: 'Åse', last_name: `Exemplar ${index}`, email: '' };
    case 2:
      return { first_name: `Only ${index}`, last_name: null, email: null, user_name: '' };
    case 3:
      return { last_name: 'Alone', email: `Mixed.Case${index}@Example.com`, session_token: ['a', 'b'] };
    case 4:
      return { name: 'Named', first_name: 'Not', last_name: 'These', session_token: [] };
    default:
      return {};
  }
}

/** By its id, as a copy, as both, or as part of a copy; of a company that is there, or of one that is not. */
function belong(source: Row, index: number, { companyOf }: Making): void {
  const company = companyOf(index);
  if (!company) {
    if (index % 2 === 1) source['company_id'] = null;
    return;
  }
  const { _id, _source: copy } = company;
  switch (index % 8) {
    case 0:
      break;
    case 2:
      source['company_id'] = _id;
      source['company'] = copy;
      break;
    case 3:
      source['company'] = { ...copy, company_id: _id };
      break;
    case 4:
      source['company_id'] = `Ghost ${index}`;
      break;
    case 5:
      source['company_id'] = null;
      source['company'] = null;
      break;
    case 7:
      source['company_id'] = _id;
      source['company'] = SUBSCRIBED;
      break;
    default:
      source['company_id'] = _id;
  }
}

const SUBSCRIBED = fixed({ subscriptions: [{ status: 'active', id: 'sub_1' }] });

function place(source: Row, index: number): void {
  const ip = `198.51.100.${index % 256}`;
  switch (index % 5) {
    case 0:
      source['ip_address'] = ip;
      source['geo_ip'] = COPENHAGEN;
      break;
    case 1:
      source['geo_ip'] = { ip, country_name: 'Denmark', city_name: null, location: LOCATION };
      break;
    case 2:
      source['ip_address'] = null;
      source['geo_ip'] = {};
      break;
    case 3:
      source['ip_address'] = ip;
      source['geo_ip'] = null;
  }
}

const LOCATION = { lat: 55.67594, lon: 12.56553 };
const COPENHAGEN = fixed({
  ip: '198.51.100.255',
  city_name: 'København',
  country_code2: 'DK',
  country_name: 'Denmark',
  region_code: '84',
  region_name: 'Capital Region',
  location: LOCATION,
  latitude: 55.7,
  longitude: 12.6,
  timezone: 'Europe/Copenhagen',
  dma_code: null,
});

const KINDS: readonly Row[] = [
  { user_agent: { name: 'Chrome', major: '131', os: 'Mac OS X 14.6', device: 'Other' } },
  { campaign: { utm_source: 'news', utm_term: null, referrer: 'https://example.com/?a=b' } },
  {},
  { clearbit: { id: 'c1', company: { name: 'Example' }, fuzzy: true }, campaign: null, user_agent: {} },
  { body: { Email: 'a', email: 'b' }, user_agent_string: 'curl/8.5.0', clearbit: null },
];
