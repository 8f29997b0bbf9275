/** Companies, each made from its place alone. */
import { fixed } from '../../kit/json.ts';
import { mix } from '../../kit/random.ts';
import type { Document, Row } from '../contract.ts';
import { DAY, inForm, lastSince } from '../times.ts';
import { companyIdAt, HIDDEN, metadataAt } from './strange.ts';
import { IMPORTED, SHARED_AGE, type Times } from './users.ts';

const CAMPAIGN = fixed({ utm_source: 'Google', utm_medium: 'cpc', gclid: 'Tester-123' });
const TOKENS = fixed([`${HIDDEN}-c`]);
/** Hours from one change to the next. */
const CHANGES = 11;
/** In the place of a member that it has not. */
const DOMAINS = [undefined, null, ''];
const FIRST_CALLS = [undefined, null, 0];

/** Each fifth changes in the course of time. */
export const changes = (index: number): boolean => index % 5 === 2;
/** Another fifth was imported once, and never changes. */
const isImported = (index: number): boolean => index % 5 === 3;

export function companyAt(index: number, { salt, appId, began, now }: Times): Document {
  const chance = mix(salt + 1, index);
  const _id = companyIdAt(index);
  const changed = changes(index) ? lastSince(began, now, CHANGES) : undefined;
  const age = Math.floor((chance / 2 ** 32) * 400 * DAY);
  const made = isImported(index) ? IMPORTED : began - (index % 10 < 4 ? SHARED_AGE : age);
  const modified = changed ?? made;
  const known = isImported(index) ? IMPORTED : began;
  const domain = index % 5 === 4 ? DOMAINS[chance % 3] : `co${index}.example.com`;
  const firstCall = index % 4 === 3 ? FIRST_CALLS[chance % 3] : chance % 100_000;
  const metadata = metadataAt(index);
  // Member by member: many are made in a day.
  const source: Row = { app_id: appId, org_id: '625:1' };
  if (index % 7 !== 3) source['company_id'] = _id;
  if (domain !== undefined) source['company_domain'] = domain;
  if (index % 3 !== 1) source['created'] = inForm(known - 500 * DAY - age, index + 3);
  // Each tenth has none, another twentieth has it empty: no range finds either.
  if (index % 10 !== 4) source['modified_time'] = index % 20 === 5 ? null : inForm(modified, index);
  source['first_seen_time'] = inForm(known - 450 * DAY, index + 1);
  source['last_seen_time'] = inForm(modified, index + 2);
  if (index % 3 !== 0) source['ip_address'] = `203.0.113.${index % 256}`;
  if (firstCall !== undefined) source['ttfhw_s'] = firstCall;
  if (index % 4 === 1) source['campaign'] = CAMPAIGN;
  if (index % 5 === 3) source['session_token'] = TOKENS;
  if (metadata !== undefined) source['metadata'] = metadata;
  return { _id, _source: source };
}
