/** What is known of a user beside ids and times: a name, a company, a place, and what else there may be. */
import { fixed } from '../../kit/json.ts';
import type { Document, Row } from '../contract.ts';
import { HIDDEN } from './strange.ts';

const TOKENS = fixed([`${HIDDEN}-a`, `${HIDDEN}-b`]);

/** Whole, in parts, or not at all. */
export function nameAt(index: number): Row {
  switch (index % 6) {
    case 0:
      return { name: `Ada Example ${index}`, email: `ada${index}@example.com`, user_name: `@ada${index}` };
    case 1:
      return { name: null, first_name: 'Åse', last_name: `Exemplar ${index}`, email: '' };
    case 2:
      return { first_name: `Only ${index}`, last_name: null, email: null, user_name: '' };
    case 3:
      return { last_name: 'Alone', email: `Mixed.Case${index}@Example.com`, session_token: TOKENS };
    case 4:
      return { name: 'Named', first_name: 'Not', last_name: 'These', session_token: [] };
    default:
      return {};
  }
}

/** By its id, as a copy, as both, or as part of a copy; of a company that is there, or of one that is not. */
export function belong(source: Row, index: number, company: Document | undefined): void {
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

/** Where it was last seen, as far as that is known. */
export function place(source: Row, index: number): void {
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

export const kindAt = (index: number): Row => KINDS[index % KINDS.length] ?? {};
