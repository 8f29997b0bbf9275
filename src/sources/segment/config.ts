import { addressProblems } from '../../engine/address.ts';
import { DAY, floor } from '../../engine/windows.ts';
import { PRIVILEGED_ROLES } from './access/privileged.ts';
import { auditProblems, type AuditConfig } from './audit/filter.ts';

/** The config as spec.json describes it; every field but the token can be absent. */
export interface SegmentConfig {
  readonly api_token: string;
  readonly region?: Region;
  readonly start_date?: string;
  readonly lookback_window_days?: number;
  readonly include_secrets?: boolean;
  readonly delivery_metrics_granularity?: Granularity;
  readonly event_counts_granularity?: Bucket;
  readonly access_review?: {
    readonly privileged_roles?: readonly string[];
    readonly groups?: boolean;
    readonly last_activity?: boolean;
  };
  readonly audit?: AuditConfig;
  readonly max_concurrent_requests?: number;
  readonly page_size?: number;
  readonly api_url?: string;
  readonly endpoint_limits?: boolean;
}

export type Region = 'us' | 'eu';
export type Granularity = 'DAY' | 'HOUR' | 'MINUTE';
/** What event counts are summed up by: minutes would be too many to keep. */
export type Bucket = 'DAY' | 'HOUR';

/** https://docs.segmentapis.com/tag/Getting-Started */
const HOSTS: Record<Region, string> = {
  us: 'https://api.segmentapis.com',
  eu: 'https://eu1.api.segmentapis.com',
};

export const regionOf = (config: SegmentConfig): Region => config.region ?? 'us';
export const otherRegion = (region: Region): Region => (region === 'us' ? 'eu' : 'us');

export function baseUrl(config: SegmentConfig, region = regionOf(config)): string {
  return config.api_url?.replace(/\/+$/, '') ?? HOSTS[region];
}

/** Segment began in 2011: before that there are only months to ask for in vain. */
const BEGINNING = Date.UTC(2011, 0, 1);

/** First moment to read (ms): the start date, else the day twelve months before `now`. */
export function startDate(config: SegmentConfig, now: number): number {
  if (config.start_date !== undefined) return Math.max(Date.parse(config.start_date), BEGINNING);
  const date = new Date(floor(now, 'day'));
  // The 29th of February a year ago is the 1st of March.
  return date.setUTCFullYear(date.getUTCFullYear() - 1);
}

/** What access_records holds. */
export interface AccessReview {
  readonly privilegedRoles: readonly string[];
  readonly hasGroups: boolean;
  readonly hasActivity: boolean;
}

export const reviewOf = ({ access_review: review = {} }: SegmentConfig): AccessReview => ({
  privilegedRoles: review.privileged_roles ?? PRIVILEGED_ROLES,
  hasGroups: review.groups ?? true,
  hasActivity: review.last_activity ?? true,
});

/** What the schema cannot say about a config. */
export function problems(config: SegmentConfig, now: number): string[] {
  const found = [...auditProblems(config.audit), ...addressProblems(config)];
  // A day of grace, because the day may have begun where the person is.
  if (config.start_date !== undefined && Date.parse(config.start_date) > now + DAY) {
    found.push('start_date is in the future; there would be nothing to read');
  }
  return found;
}
