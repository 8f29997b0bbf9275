/** Companies, each made from its place alone. */
import { fixed } from '../../kit/json.ts';
import { random } from '../../kit/random.ts';
import type { Document } from '../contract.ts';
import { DAY, inForm, lastSince } from '../times.ts';
import { companyIdAt, metadataAt } from './strange.ts';
import { SHARED_AGE, type Times } from './users.ts';

const CAMPAIGN = fixed({ utm_source: 'Google', utm_medium: 'cpc', gclid: 'Tester-123' });
/** Hours from one change to the next. */
const CHANGES = 11;
/** In the place of a member that it has not. */
const DOMAINS = [undefined, null, ''];
const FIRST_CALLS = [undefined, null, 0];

/** Each fifth changes in the course of time. */
export const changes = (index: number): boolean => index % 5 === 2;

export function companyAt(index: number, { seed, appId, began, now }: Times): Document {
  const chance = random(seed, 'company', index);
  const _id = companyIdAt(index);
  const changed = changes(index) ? lastSince(began, now, CHANGES) : undefined;
  const age = Math.floor(chance.next() * 400 * DAY);
  const modified = changed ?? (index % 10 < 4 ? began - SHARED_AGE : began - age);
  const domain = index % 5 === 4 ? DOMAINS[chance.int(3)] : `co${index}.example.com`;
  const firstCall = index % 4 === 3 ? FIRST_CALLS[chance.int(3)] : chance.int(100_000);
  return {
    _id,
    _source: {
      ...(index % 7 !== 3 && { company_id: _id }),
      ...(domain !== undefined && { company_domain: domain }),
      ...(index % 3 !== 1 && { created: inForm(began - 500 * DAY - age, index + 3) }),
      // Each tenth has none, another twentieth has it empty: no range finds either.
      ...(index % 10 !== 4 && { modified_time: index % 20 === 5 ? null : inForm(modified, index) }),
      first_seen_time: inForm(began - 450 * DAY, index + 1),
      last_seen_time: inForm(modified, index + 2),
      ...(index % 3 !== 0 && { ip_address: `203.0.113.${index % 256}` }),
      ...(firstCall !== undefined && { ttfhw_s: firstCall }),
      ...(index % 4 === 1 && { campaign: CAMPAIGN, session_token: [] }),
      ...metadataAt(index),
      app_id: appId,
      org_id: '625:1',
    },
  };
}
