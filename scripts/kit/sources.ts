/** The sources of this codebase, as scripts and tests need to know them: one entry each, nothing else to copy. */
import type { LoggedRequest, Simulated } from '../../sandbox/kit/contract.ts';
import { createMixpanel, type MixpanelOptions } from '../../sandbox/mixpanel/index.ts';
import { createMoesif, type MoesifOptions } from '../../sandbox/moesif/index.ts';
import { createSandbox, type SandboxOptions } from '../../sandbox/segment/index.ts';
import type { Stream } from '../../src/engine/stream.ts';
import * as mixpanel from '../../src/sources/mixpanel/config.ts';
import * as mixpanelTables from '../../src/sources/mixpanel/streams/index.ts';
import * as moesif from '../../src/sources/moesif/config.ts';
import * as moesifTables from '../../src/sources/moesif/streams/index.ts';
import * as segment from '../../src/sources/segment/config.ts';
import * as segmentTables from '../../src/sources/segment/streams/index.ts';

/** Tables that answer one kind of question. */
export interface Topic {
  readonly title: string;
  readonly streams: readonly Stream<never>[];
}

interface Demo {
  readonly name: string;
  simulate(now: string): Simulated;
  /** Lines of the log that say something of this vendor. */
  readonly tells?: RegExp;
}

export interface SourceKit {
  readonly name: string;
  /** As people call the vendor. */
  readonly title: string;
  /** Where its spec.json, metadata.yaml, acceptance-test-config.yml, icon and integration_tests/ are, from the root. */
  readonly folder: `${string}/` | '';
  readonly topics: readonly Topic[];
  /** The same tables by name. */
  readonly streams: readonly Stream<never>[];
  /** The connector's page, and the one with its columns. */
  readonly page: string;
  readonly columns: string;
  /** Other documents with generated parts about it. */
  readonly documents: readonly string[];
  /** The hosts that it asks in a region. */
  readonly hosts: (region: string) => string[];
  /**
   * A simulated API whose limits keep nobody waiting; its time stands still. Where not `still`, also what changes unseen by an
   * incremental read does so: as it is when somebody starts it.
   */
  simulate(options?: { readonly now?: string; readonly still?: boolean }): Simulated;
  /** What a config says besides in tests that run it often: as the connector keeps to the vendor's limits in any case. */
  readonly hasty?: object;
  readonly demo: Demo;
  /** The table that a request is for, where its path does not tell. */
  readonly tableOf?: (asked: LoggedRequest) => string | undefined;
  /** What a config says besides where every row is wanted in the first read, and few of them again. */
  everything(now: number): object;
  /** The incremental tables of which all that the simulated API has comes again. */
  readonly wholeAgain: readonly string[];
  /** Another command's check of the image: its arguments, and a file that it leaves. */
  readonly exported: { readonly args: string; readonly file: string };
  /** The table that it can forward, where there is one. */
  readonly forwarded?: string;
}

const simulatedSegment = (options: SandboxOptions): Simulated => {
  const sandbox = createSandbox({ endpointLimits: false, ...options });
  return { ...sandbox, secrets: [sandbox.token] };
};

const simulatedMixpanel = (options: MixpanelOptions): Simulated => createMixpanel(options);

const simulatedMoesif = (options: MoesifOptions): Simulated => createMoesif(options);

const MONTH = 31 * 24 * 60 * 60 * 1000;

export const SOURCES: readonly SourceKit[] = [
  {
    name: 'segment',
    title: 'Segment',
    folder: '',
    ...segmentTables,
    page: 'docs/segment.md',
    columns: 'docs/segment-columns.md',
    documents: ['README.md', 'docs/audit-trail.md'],
    hosts: (region) => [
      new URL(segment.baseUrl({ api_token: '', region: region as segment.Region })).hostname,
    ],
    simulate: simulatedSegment,
    demo: {
      name: 'workspace',
      simulate: (now) =>
        simulatedSegment({ now, sources: 12, destinationsPerSource: 6, auditEvents: 20_000, users: 60 }),
    },
    // Before the first month with usage.
    everything: (now) => ({ start_date: new Date(now - 24 * MONTH).toISOString().slice(0, 10) }),
    wholeAgain: [],
    exported: { args: '--view generic', file: 'access_records.generic.csv' },
    forwarded: 'audit_events',
  },
  {
    name: 'mixpanel',
    title: 'Mixpanel',
    folder: 'connectors/mixpanel/',
    ...mixpanelTables,
    page: 'docs/mixpanel.md',
    columns: 'docs/mixpanel.md',
    documents: [],
    hosts: (region) => {
      const credentials = { auth_type: 'project_secret', api_secret: '' } as const;
      const hosts = mixpanel.hostsOf({ credentials }, region as mixpanel.Region);
      return [hosts.query, hosts.data].map((url) => new URL(url).hostname);
    },
    simulate: (options) => simulatedMixpanel({ quotas: false, ...options }),
    hasty: { export_window_days: 3 },
    demo: {
      name: 'project',
      simulate: (now) => simulatedMixpanel({ now, days: 12, eventsPerDay: 2_000, profiles: 2_000 }),
      tells: /quota/,
    },
    tableOf: ({ path, form }) => {
      if (path !== '/api/query/engage') return undefined;
      return form?.['filter_by_cohort'] === undefined ? 'engage' : 'cohort_members';
    },
    everything: () => ({ attribution_window: 0, export_window_days: 3 }),
    wholeAgain: ['funnels'],
    exported: { args: '--streams cohorts', file: 'cohorts.csv' },
  },
  {
    name: 'moesif',
    title: 'Moesif',
    folder: 'connectors/moesif/',
    ...moesifTables,
    page: 'docs/moesif.md',
    columns: 'docs/moesif.md',
    documents: [],
    hosts: () => [new URL(moesif.baseUrl({ management_api_key: '' })).hostname],
    simulate: (options) => simulatedMoesif({ quotas: false, still: true, lateDays: 0, ...options }),
    demo: {
      name: 'app',
      simulate: (now) =>
        simulatedMoesif({ now, users: 3_000, companies: 300, days: 12, eventsPerDay: 2_000 }),
      tells: /rate limit/,
    },
    tableOf: ({ path, form }) => {
      if (form?.['size'] === '0') return '';
      const isCall = form?.['_source.includes'] !== undefined;
      const isLookup = form?.['query.terms._id'] !== undefined;
      if (path.endsWith('/users')) return isCall || isLookup ? 'identify_calls' : 'users';
      if (!path.endsWith('/companies')) return undefined;
      if (isLookup) return 'identify_calls';
      return isCall ? 'group_calls' : 'companies';
    },
    everything: () => ({ lookback_window_days: 0 }),
    wholeAgain: [],
    exported: { args: '--streams companies', file: 'companies.csv' },
    forwarded: 'identify_calls',
  },
];

export function sourceNamed(name: string): SourceKit {
  const found = SOURCES.find((source) => source.name === name);
  if (!found)
    throw new RangeError(
      `There is no source ${name}; there are: ${SOURCES.map((one) => one.name).join(', ')}.`,
    );
  return found;
}
