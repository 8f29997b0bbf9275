/** What the messages that are made of users and of companies have in common. Pure. */
import { createHash } from 'node:crypto';
import type { Row } from '../../engine/stream.ts';
import { instant } from '../../engine/windows.ts';
import { isObject, type Hit } from './hits.ts';
import { utc } from './times.ts';

/** The first of these that can be an id, as a text. */
export function idOf(...candidates: readonly unknown[]): string | undefined {
  const isId = (one: unknown) => (typeof one === 'string' && one !== '') || typeof one === 'number';
  return candidates.filter(isId).map(String)[0];
}

/** Without the fields that are not there: to a destination, null means that a trait is to be taken away. */
export const present = (row: Row): Row =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined && value !== null));

/** The same; undefined where none is left. */
export function presentOr(row: Row): Row | undefined {
  const kept = present(row);
  return Object.keys(kept).length === 0 ? undefined : kept;
}

/** When it became what it is, as far as that is known; undefined where no time tells. */
export const timestampOf = ({ fields }: Hit): string | undefined =>
  timeOf(fields['modified_time']) ?? timeOf(fields['last_seen_time']);

function timeOf(value: unknown): string | undefined {
  const time = utc(value);
  return typeof time === 'string' && !Number.isNaN(instant(time)) ? time : undefined;
}

/** The traits of a company that are called alike wherever it is told of. */
export const traitsOf = (company: Row): Row => ({
  modifiedTime: utc(company['modified_time']),
  firstSeenTime: utc(company['first_seen_time']),
  lastSeenTime: utc(company['last_seen_time']),
  ipAddress: company['ip_address'],
  companyDomain: company['company_domain'],
  ttfhw_s: company['ttfhw_s'],
  metadata: company['metadata'],
});

/**
 * The same for the same version of the same one each time, so that whoever takes it in can tell what comes twice. What has
 * no `modified_time` is told from what it was before by what it holds: it can change without being seen.
 */
export function messageIdOf(app: string | undefined, kind: 'user' | 'company', id: string, hit: Hit): string {
  const { app_id = app } = hit.fields;
  const parts = ['moesif', app_id ?? null, kind, id, timeOf(hit.fields['modified_time']) ?? hit.fields];
  return `moesif-${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`;
}

/** Where they were seen last, by the names that Segment has for it. https://segment.com/docs/connections/spec/common/#context */
export function contextOf({ ip_address, geo_ip }: Row): Row {
  const geo = isObject(geo_ip) ? geo_ip : {};
  const point = isObject(geo['location']) ? geo['location'] : {};
  const location = presentOr({
    city: geo['city_name'],
    country: geo['country_name'],
    region: geo['region_name'],
    latitude: geo['latitude'] ?? point['lat'],
    longitude: geo['longitude'] ?? point['lon'],
  });
  return present({ ip: ip_address ?? geo['ip'], location });
}
