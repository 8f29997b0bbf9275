/** Users, each made from its place alone. */
import { fixed } from '../../kit/json.ts';
import { random, type Random } from '../../kit/random.ts';
import type { Document, Row } from '../contract.ts';
import { DAY, HOUR, inForm, lastSince } from '../times.ts';
import { metadataAt, userIdAt } from './strange.ts';

/** What a document is made by. */
export interface Times {
  readonly seed: number;
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
  const chance = random(making.seed, 'user', index);
  const _id = userIdAt(index);
  return {
    _id,
    _source: {
      ...idsAt(index, _id),
      ...timesAt(index, chance, making),
      ...nameAt(index),
      ...belonging(index, making),
      ...placeAt(index, chance),
      ...metadataAt(index),
      ...KINDS[index % KINDS.length],
      app_id: making.appId,
      org_id: '625:1',
    },
  };
}

/** What a user is called in the calls: not all of them are identified. */
function idsAt(index: number, _id: string): Row {
  switch (index % 7) {
    case 0:
      return { identified_user_id: `identified ${index}` };
    case 1:
      return {};
    case 2:
      return { user_id: `uid-${index}`, identified_user_id: _id };
    case 3:
      return { user_id: null, identified_user_id: `Identified ${index}` };
    case 4:
      return { user_id: null, identified_user_id: null };
    default:
      return { user_id: _id };
  }
}

function timesAt(index: number, chance: Random, { began, now, first, still }: Making): Row {
  const turn = index % 10;
  const born = index < first ? undefined : began + (index - first + 1) * DAY;
  const age = born === undefined ? Math.floor(chance.next() * 400 * DAY) : 0;
  const made = born ?? began - (turn < 4 ? SHARED_AGE : age);
  const changed = turn === 6 ? lastSince(born ?? began, now, CHANGES) : undefined;
  const modified = changed ?? made;
  // Seen without being modified: no filter by `modified_time` tells.
  const seen = (turn === 4 || turn === 7) && !still ? Math.floor(now / HOUR) * HOUR : modified;
  return {
    ...(index % 3 === 0 && { created: inForm(made - DAY, index + 1) }),
    // Each tenth has none, another twentieth has it empty: no range finds either.
    ...(turn !== 4 && { modified_time: index % 20 === 5 ? null : inForm(modified, index) }),
    ...(index % 8 !== 5 && { first_seen_time: inForm(made - DAY, index + 2) }),
    // Some have neither.
    ...(index % 20 !== 14 && index % 40 !== 25 && { last_seen_time: inForm(seen, index + 3) }),
  };
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
function belonging(index: number, { companyOf }: Making): Row {
  const company = companyOf(index);
  if (!company) return index % 2 === 0 ? {} : { company_id: null };
  const { _id: company_id, _source: copy } = company;
  switch (index % 8) {
    case 0:
      return {};
    case 2:
      return { company_id, company: copy };
    case 3:
      return { company: { ...copy, company_id } };
    case 4:
      return { company_id: `Ghost ${index}` };
    case 5:
      return { company_id: null, company: null };
    case 7:
      return { company_id, company: { subscriptions: [{ status: 'active', id: 'sub_1' }] } };
    default:
      return { company_id };
  }
}

function placeAt(index: number, chance: Random): Row {
  const ip = `198.51.100.${index % 256}`;
  const location = { lat: 55.67594 + chance.int(100) / 1000, lon: 12.56553 };
  switch (index % 5) {
    case 0:
      return {
        ip_address: ip,
        geo_ip: {
          ip,
          city_name: 'København',
          country_code2: 'DK',
          country_name: 'Denmark',
          region_code: '84',
          region_name: 'Capital Region',
          location,
          latitude: location.lat,
          longitude: location.lon,
          timezone: 'Europe/Copenhagen',
          dma_code: null,
        },
      };
    case 1:
      return { geo_ip: { ip, country_name: 'Denmark', city_name: null, location } };
    case 2:
      return { ip_address: null, geo_ip: {} };
    case 3:
      return { ip_address: ip, geo_ip: null };
    default:
      return {};
  }
}

const KINDS: readonly Row[] = [
  { user_agent: { name: 'Chrome', major: '131', os: 'Mac OS X 14.6', device: 'Other' } },
  { campaign: { utm_source: 'news', utm_term: null, referrer: 'https://example.com/?a=b' } },
  {},
  { clearbit: { id: 'c1', company: { name: 'Example' }, fuzzy: true }, campaign: null, user_agent: {} },
  { body: { Email: 'a', email: 'b' }, user_agent_string: 'curl/8.5.0', clearbit: null },
].map(fixed);
