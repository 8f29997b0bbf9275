import { addressProblems } from '../../engine/address.ts';
import { DAY, floor } from '../../engine/windows.ts';

/** The config as connectors/moesif/spec.json describes it; every field but the key can be absent. */
export interface MoesifConfig {
  readonly management_api_key: string;
  readonly start_date?: string;
  readonly application_id?: string;
  readonly search_api?: SearchApi;
  readonly lookback_window_days?: number;
  readonly page_size?: number;
  readonly include_secrets?: boolean;
  readonly include_headers?: boolean;
  readonly include_bodies?: boolean;
  readonly api_url?: string;
}

/** The two generations of the searches for users and companies. */
export type SearchApi = 'current' | 'legacy';

export const searchApiOf = (config: MoesifConfig): SearchApi => config.search_api ?? 'current';
export const otherSearchApi = (one: SearchApi): SearchApi => (one === 'current' ? 'legacy' : 'current');

/** The one host that is documented; a proxy on premises has its own address and path. https://www.moesif.com/docs/api */
const BASE = 'https://api.moesif.com/v1';

/** With the path that all others are below. */
export const baseUrl = ({ api_url: url = BASE }: MoesifConfig): string => url.replace(/\/+$/, '');

/** Moesif began in 2015: before that there are only days to ask for in vain. */
const BEGINNING = Date.UTC(2015, 0, 1);
/** Days of events that are read where nothing else is said: searches are not meant for more than a little of them. */
const USUAL_DAYS = 30;

/** First moment to read events from (ms): the start date, else the day so many days before `now`. */
export function startDate(config: MoesifConfig, now: number): number {
  if (config.start_date !== undefined) return Math.max(Date.parse(config.start_date), BEGINNING);
  return floor(now, 'day', -USUAL_DAYS);
}

/** What the schema cannot say about a config. */
export function problems(config: MoesifConfig, now: number): string[] {
  const found = addressProblems(config);
  // A day of grace, because the day may have begun where the person is.
  if (config.start_date !== undefined && Date.parse(config.start_date) > now + DAY)
    found.push('start_date is in the future; there would be no events to read');
  return found;
}
