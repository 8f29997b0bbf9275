import type { Row } from '../../engine/stream.ts';
import { contextOf, idOf, messageIdOf, present, presentOr, traitsOf, timestampOf } from './calls.ts';
import { isObject, type Hit } from './hits.ts';
import { utc } from './times.ts';

/** The fields of a user that the message is made of. */
export const USER_FIELDS = [
  'app_id',
  'campaign',
  'clearbit',
  'company',
  'company_id',
  'created',
  'email',
  'first_name',
  'first_seen_time',
  'geo_ip',
  'identified_user_id',
  'ip_address',
  'last_name',
  'last_seen_time',
  'metadata',
  'modified_time',
  'name',
  'user_agent',
  'user_id',
  'user_name',
] as const;

/** What is known of a user besides. */
interface Known {
  /** As the search of companies has it; undefined where it has none of that id. */
  readonly company?: Hit | undefined;
  /** The rollup of the last 24 hours. */
  readonly metrics?: unknown;
  /** The app of the config, where a user does not name one. */
  readonly app?: string | undefined;
}

/**
 * A user as the identify call that Moesif's own source sends to Segment, with the traits of its two tables under their names:
 * https://segment.com/docs/connections/sources/catalog/cloud-apps/moesif-api-analytics/. Of which field each is made, is in
 * docs/moesif.md. A trait that Moesif does not have is left out. Pure.
 */
export function identifyOf(user: Hit, { company, metrics, app }: Known = {}): Row {
  const { fields } = user;
  const userId = userIdOf(user);
  return {
    type: 'identify',
    userId,
    messageId: messageIdOf(app, 'user', userId, user),
    timestamp: timestampOf(user) ?? null,
    context: contextOf(fields),
    traits: present({
      id: userId,
      createdAt: utc(fields['created']),
      modifiedTime: utc(fields['modified_time']),
      firstSeenTime: utc(fields['first_seen_time']),
      lastSeenTime: utc(fields['last_seen_time']),
      name: nameOf(fields),
      email: fields['email'],
      username: fields['user_name'],
      company: companyOf(fields, company),
      campaign: fields['campaign'],
      clearbit: fields['clearbit'],
      last24HourAggResults: metrics,
      metadata: fields['metadata'],
      userAgent: fields['user_agent'],
    }),
  };
}

const userIdOf = ({ id, fields }: Hit): string => idOf(fields['user_id'], fields['identified_user_id']) ?? id;

/** The company that a user is linked to; undefined where there is none. */
export const companyIdOf = ({ fields: { company_id, company } }: Hit): string | undefined =>
  idOf(company_id, isObject(company) ? (company['company_id'] ?? company['id']) : undefined);

function nameOf({ name, first_name, last_name }: Row): unknown {
  if (name !== undefined && name !== null && name !== '') return name;
  const parts = [first_name, last_name].filter((part) => typeof part === 'string' && part !== '');
  return parts.length === 0 ? undefined : parts.join(' ');
}

/** As the companies have it, else as far as the user does. */
function companyOf(user: Row, company: Hit | undefined): Row | undefined {
  const within = isObject(user['company']) ? user['company'] : {};
  const fields = company?.fields ?? within;
  return presentOr({
    id: idOf(fields['company_id'], company?.id, user['company_id'], within['id']),
    created: utc(fields['created']),
    ...traitsOf(fields),
  });
}
