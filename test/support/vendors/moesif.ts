import { createMoesif, type Moesif, type MoesifOptions } from '../../../sandbox/moesif/index.ts';
import type { Source } from '../../../src/engine/source.ts';
import type { MoesifConfig } from '../../../src/sources/moesif/config.ts';
import { moesifWith } from '../../../src/sources/moesif/source.ts';
import { pathOf, type Vendor } from './vendor.ts';

/**
 * Users and companies are each asked for by two tables, of which one wants some fields only. What an identify call is made of
 * besides (companies and metrics of a page of users) wants all but some.
 */
const HAVING: Readonly<Record<string, string>> = {
  users: '!_source',
  companies: '!_source',
  identify_calls: '_source.includes',
  group_calls: '_source.includes',
  // Without it, the time is asked for.
  events: '_source.excludes',
};

const LOOKUPS = ['usermetrics/users', 'companymetrics/companies'].map((path) => ({
  path: `/v1/search/~/search/${path}`,
  having: '_source.excludes',
}));

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
  also: ({ name }) => (name === 'identify_calls' ? LOOKUPS : []),
};
