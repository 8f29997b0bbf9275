/**
 * The calls that Moesif's own source sends for a user, and one of ours for a company, as the documents of Segment and
 * Moesif have them. A member without a value is not there.
 */
import type { Document, Row } from './contract.ts';
import { isObject } from './search/mapping.ts';
import { inUtc } from './times.ts';

/** `company`: the one that the user's `company_id` names by either of its ids, if it is there; `calls`: of the last 24 hours, if there were any. */
export function identifyCall({ _id, _source: user }: Document, company?: Document, calls?: Row): Row {
  const userId = user['user_id'] ?? user['identified_user_id'] ?? _id;
  return {
    type: 'identify',
    userId,
    timestamp: inUtc(user['modified_time']) ?? inUtc(user['last_seen_time']) ?? null,
    context: contextOf(user),
    traits: there({
      id: userId,
      createdAt: inUtc(user['created']),
      modifiedTime: inUtc(user['modified_time']),
      firstSeenTime: inUtc(user['first_seen_time']),
      lastSeenTime: inUtc(user['last_seen_time']),
      name: nameOf(user),
      email: user['email'],
      username: user['user_name'],
      company: companyOf(user, company),
      campaign: user['campaign'],
      clearbit: user['clearbit'],
      last24HourAggResults: calls,
      metadata: user['metadata'],
      userAgent: user['user_agent'],
    }),
  };
}

/** The whole of it, or of its parts those that are there. */
function nameOf({ name, first_name, last_name }: Row): unknown {
  if (name !== undefined && name !== null) return name;
  const parts = [first_name, last_name].filter((part) => typeof part === 'string');
  return parts.length > 0 ? parts.join(' ') : undefined;
}

function contextOf({ ip_address, geo_ip }: Row): Row {
  const geo = isObject(geo_ip) ? geo_ip : {};
  const { lat, lon } = isObject(geo['location']) ? geo['location'] : {};
  const location = there({
    city: geo['city_name'],
    country: geo['country_name'],
    region: geo['region_name'],
    latitude: geo['latitude'] ?? lat,
    longitude: geo['longitude'] ?? lon,
  });
  return there({
    ip: ip_address ?? geo['ip'],
    location: Object.keys(location).length > 0 ? location : undefined,
  });
}

/** The company itself, else the user's copy of it, else what there is: its id. */
function companyOf({ company_id, company: copy }: Row, company: Document | undefined): Row | undefined {
  if (company) return companyTrait(company._source['company_id'] ?? company._id, company._source);
  const held = isObject(copy) ? copy : {};
  const id = company_id ?? held['company_id'];
  return id === undefined || id === null ? undefined : companyTrait(id, held);
}

const companyTrait = (id: unknown, source: Row): Row =>
  there({ id, created: inUtc(source['created']), ...common(source) });

export function groupCall({ _id, _source }: Document): Row {
  const { company_id, company_domain, created, modified_time, last_seen_time, metadata } = _source;
  const groupId = company_id ?? _id;
  return {
    type: 'group',
    groupId,
    timestamp: inUtc(modified_time) ?? inUtc(last_seen_time) ?? null,
    traits: there({
      id: groupId,
      name: isObject(metadata) ? metadata['name'] : undefined,
      website: company_domain,
      createdAt: inUtc(created),
      ...common(_source),
    }),
  };
}

const common = (company: Row): Row => ({
  modifiedTime: inUtc(company['modified_time']),
  firstSeenTime: inUtc(company['first_seen_time']),
  lastSeenTime: inUtc(company['last_seen_time']),
  ipAddress: company['ip_address'],
  companyDomain: company['company_domain'],
  ttfhw_s: company['ttfhw_s'],
  metadata: company['metadata'],
});

const there = (members: Row): Row =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null));
