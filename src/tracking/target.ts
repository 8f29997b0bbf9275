import { createHmac } from 'node:crypto';
import type { Spec } from '../engine/config.ts';

/** https://segment.com/docs/guides/regional-segment/ */
type Region = 'us' | 'eu';

/** A source of a workspace, which takes in what is sent with its write key. */
export interface Target {
  readonly write_key: string;
  readonly region: Region;
  readonly api_url?: string;
}

/** The region has no default: what is sent to the wrong one is dropped without a word. */
export const targetSpec: Spec = {
  connectionSpecification: {
    type: 'object',
    required: ['write_key', 'region'],
    additionalProperties: false,
    properties: {
      write_key: {
        type: 'string',
        airbyte_secret: true,
        minLength: 8,
        // A colon would end it: it is the user name of HTTP Basic.
        pattern: '^[!-9;-~]+$',
        pattern_descriptor: 'plain characters, no spaces, colons or line breaks',
      },
      region: { type: 'string', enum: ['us', 'eu'] },
      api_url: { type: 'string' },
    },
  },
};

const HOSTS: Record<Region, string> = {
  us: 'https://api.segment.io',
  eu: 'https://events.eu1.segmentapis.com',
};

export const addressOf = ({ region, api_url: url = HOSTS[region] }: Target): string =>
  url.replace(/\/+$/, '');

/** What was sent with one key, or to one region, says nothing of another. */
export const identityOf = (target: Target): string =>
  createHmac('sha256', target.write_key).update(addressOf(target)).digest('hex').slice(0, 16);

/**
 * A messageId of what tells a message from all others, and of the source that it goes to: Segment looks for a messageId that it
 * knows in all sources together, and what was tried on one must not be missing in another
 * (https://segment.com/docs/guides/duplicate-data/). With a prefix of 35 characters it has the 100 that it may have at most.
 */
export const messageIdFor = (
  { write_key: key }: Pick<Target, 'write_key'>,
  prefix: string,
  id: string,
): string => `${prefix}-${createHmac('sha256', key).update(id).digest('hex')}`;
