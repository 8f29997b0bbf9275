import { addressProblems } from '../../engine/address.ts';
import { DAY, floor } from '../../engine/windows.ts';
import { isZone } from './zone.ts';

/** The config as connectors/mixpanel/spec.json describes it. */
export interface MixpanelConfig {
  readonly credentials: ServiceAccount | ProjectSecret;
  readonly region?: Region;
  readonly start_date?: string;
  /** Days. */
  readonly attribution_window?: number;
  readonly project_timezone?: string;
  readonly event_time_semantics?: 'utc' | 'project_timezone';
  readonly export_events?: readonly string[];
  /** Days of one request for events. */
  readonly export_window_days?: number;
  readonly select_properties_by_default?: boolean;
  readonly properties_as?: 'columns' | 'json';
  readonly include_properties?: readonly string[];
  readonly exclude_properties?: readonly string[];
  readonly page_size?: number;
  readonly api_url?: string;
}

interface ServiceAccount {
  readonly auth_type: 'service_account';
  readonly username: string;
  readonly secret: string;
  readonly project_id: string;
  readonly workspace_id?: string;
}

interface ProjectSecret {
  readonly auth_type: 'project_secret';
  readonly api_secret: string;
}

export const REGIONS = ['us', 'eu', 'in'] as const;
export type Region = (typeof REGIONS)[number];

export const regionOf = (config: MixpanelConfig): Region => config.region ?? 'us';

/** Where the three APIs of a project are; their paths are the same everywhere. */
export interface Hosts {
  /** Query API and App API. */
  readonly query: string;
  /** Raw export. */
  readonly data: string;
}

/** https://docs.mixpanel.com/docs/privacy/eu-residency and https://docs.mixpanel.com/docs/privacy/in-residency */
const HOSTS: Record<Region, Hosts> = {
  us: { query: 'https://mixpanel.com', data: 'https://data.mixpanel.com' },
  eu: { query: 'https://eu.mixpanel.com', data: 'https://data-eu.mixpanel.com' },
  in: { query: 'https://in.mixpanel.com', data: 'https://data-in.mixpanel.com' },
};

export function hostsOf(config: MixpanelConfig, region = regionOf(config)): Hosts {
  const url = config.api_url?.replace(/\/+$/, '');
  return url === undefined ? HOSTS[region] : { query: url, data: url };
}

/** The value of the Authorization header. https://developer.mixpanel.com/reference/service-accounts */
export const authorization = ({ credentials }: MixpanelConfig): string => `Basic ${basic(credentials)}`;

const basic = (credentials: MixpanelConfig['credentials']): string =>
  Buffer.from(
    credentials.auth_type === 'service_account'
      ? `${credentials.username}:${credentials.secret}`
      : `${credentials.api_secret}:`,
  ).toString('base64');

/** What tells the secrets of a config without holding them in full. */
export const derivedSecrets = ({ credentials }: MixpanelConfig): string[] => [basic(credentials)];

/**
 * What names the project in a query: a secret names it by itself, and both together are refused (*unverified*, measured by
 * others). https://developer.mixpanel.com/reference/project-secret
 */
export function projectQuery({ credentials }: MixpanelConfig): Record<string, string> {
  if (credentials.auth_type === 'project_secret') return {};
  const { project_id, workspace_id } = credentials;
  return { project_id, ...(workspace_id !== undefined && workspace_id !== '' && { workspace_id }) };
}

/** Mixpanel began in 2009: before that there are only days to ask for in vain. */
const BEGINNING = Date.UTC(2009, 0, 1);

/** First moment to read (ms): the start date, else the day twelve months before `now`. */
export function startDate(config: MixpanelConfig, now: number): number {
  if (config.start_date !== undefined) return Math.max(Date.parse(config.start_date), BEGINNING);
  const date = new Date(floor(now, 'day'));
  // The 29th of February a year ago is the 1st of March.
  return date.setUTCFullYear(date.getUTCFullYear() - 1);
}

/** What the schema cannot say about a config. */
export function problems(config: MixpanelConfig, now: number): string[] {
  const found = addressProblems(config);
  // A day of grace, because the day may have begun where the person is.
  if (config.start_date !== undefined && Date.parse(config.start_date) > now + DAY)
    found.push('start_date is in the future; there would be nothing to read');
  if (config.project_timezone !== undefined && !isZone(config.project_timezone))
    found.push('project_timezone is not a time zone of the IANA database, like America/Los_Angeles');
  // By default the zone is UTC, and all times would be wrong without a word.
  if (config.event_time_semantics === 'project_timezone' && config.project_timezone === undefined)
    found.push('project_timezone is missing; event_time_semantics needs it');
  return found;
}
