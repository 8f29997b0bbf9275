import { createMixpanel, type Mixpanel, type MixpanelOptions } from '../../../sandbox/mixpanel/index.ts';
import type { Source } from '../../../src/engine/source.ts';
import type { MixpanelConfig } from '../../../src/sources/mixpanel/config.ts';
import { mixpanelWith } from '../../../src/sources/mixpanel/source.ts';
import { pathOf, type Vendor } from './vendor.ts';

/** Two tables are asked for at one path; and at another there is also the time to be had. */
const HAVING: Readonly<Record<string, string>> = {
  annotations: '!fromDate',
  engage: '!filter_by_cohort',
  cohort_members: 'filter_by_cohort',
};

export const mixpanel: Vendor<Mixpanel, MixpanelOptions, MixpanelConfig> = {
  name: 'mixpanel',
  tables: mixpanelWith().streams,
  env: { SOURCE: 'mixpanel' },
  byValue: {},
  onceOnly: { attribution_window: 0 },
  atRest: { quotas: false },
  create: createMixpanel,
  source: (timeout) =>
    mixpanelWith(timeout === undefined ? {} : { timeout }) as object as Source<MixpanelConfig, never>,
  config: (sandbox, more) => ({ ...(sandbox.config('https://127.0.0.1') as MixpanelConfig), ...more }),
  secrets: ({ secrets }) => secrets,
  place: (table) => {
    const having = HAVING[table.name];
    return { path: pathOf(table), ...(having !== undefined && { having }) };
  },
};
