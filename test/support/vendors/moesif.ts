import type { LoggedRequest } from '../../../sandbox/kit/contract.ts';
import { createMoesif, type Moesif, type MoesifOptions } from '../../../sandbox/moesif/index.ts';
import type { Source } from '../../../src/engine/source.ts';
import type { MoesifConfig } from '../../../src/sources/moesif/config.ts';
import { moesifWith } from '../../../src/sources/moesif/source.ts';
import { isOf, pathOf, type Vendor } from './vendor.ts';

/** Users and companies are each asked for by two tables, of which one wants some fields only. */
const HAVING: Readonly<Record<string, string>> = {
  users: '!_source',
  companies: '!_source',
  identify_calls: '_source.includes',
  group_calls: '_source.includes',
  // Without it, the time is asked for.
  events: '_source.excludes',
};

const USERS = '/v1/search/~/search/usermetrics/users';
const COMPANIES = '/v1/search/~/search/companymetrics/companies';
/** Companies and metrics of a page of users, which an identify call is made of besides, are asked for without some fields … */
const LOOKUPS = [USERS, COMPANIES].map((path) => ({ path, having: '_source.excludes' }));
/** … and where the metrics are refused, one more search without hits asks whether users still are to be had. */
const isProbe = ({ path, form }: LoggedRequest): boolean => path === USERS && form?.['size'] === '0';

export const moesif: Vendor<Moesif, MoesifOptions, MoesifConfig> = {
  name: 'moesif',
  tables: moesifWith().streams,
  env: { SOURCE: 'moesif' },
  byValue: { include_secrets: true },
  onceOnly: { lookback_window_days: 0 },
  atRest: { quotas: false, still: true, lateDays: 0 },
  create: createMoesif,
  source: (timeout) =>
    moesifWith(timeout === undefined ? {} : { timeout }) as object as Source<MoesifConfig, never>,
  config: (sandbox, more) => ({ ...(sandbox.config('https://127.0.0.1') as MoesifConfig), ...more }),
  secrets: ({ secrets }) => secrets,
  place: (table) => {
    const having = HAVING[table.name];
    return { path: pathOf(table), ...(having !== undefined && { having }) };
  },
  alsoAsks: ({ name }, request) =>
    name === 'identify_calls' && (LOOKUPS.some((place) => isOf(place, request)) || isProbe(request)),
};
