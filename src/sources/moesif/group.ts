import type { Row } from '../../engine/stream.ts';
import { idOf, messageIdOf, present, traitsOf, timestampOf } from './calls.ts';
import { isObject, type Hit } from './hits.ts';
import { utc } from './times.ts';

/** The fields of a company that the message is made of. */
export const COMPANY_FIELDS = [
  'app_id',
  'company_domain',
  'company_id',
  'created',
  'first_seen_time',
  'ip_address',
  'last_seen_time',
  'metadata',
  'modified_time',
  'name',
  'ttfhw_s',
] as const;

/**
 * A company in the form of Segment's group calls (https://segment.com/docs/connections/spec/group/). That is ours: Moesif sends
 * none. The traits that Segment knows have its names, the others those that a company has in an identify call. Pure.
 */
export function groupOf(company: Hit, app?: string): Row {
  const { id, fields } = company;
  const groupId = idOf(fields['company_id']) ?? id;
  return {
    type: 'group',
    groupId,
    messageId: messageIdOf(app, 'company', groupId, company),
    timestamp: timestampOf(company) ?? null,
    traits: present({
      id: groupId,
      name: fields['name'] ?? (isObject(fields['metadata']) ? fields['metadata']['name'] : undefined),
      website: fields['company_domain'],
      createdAt: utc(fields['created']),
      ...traitsOf(fields),
    }),
  };
}
