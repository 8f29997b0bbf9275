import {
  createSandbox,
  type Sandbox as Simulated,
  type SandboxOptions,
} from '../../../sandbox/segment/index.ts';
import type { Source } from '../../../src/engine/source.ts';
import type { SegmentConfig } from '../../../src/sources/segment/config.ts';
import { segment as source, segmentWith } from '../../../src/sources/segment/source.ts';
import { pathOf, type Vendor } from './vendor.ts';

export const segment: Vendor<Simulated, SandboxOptions, SegmentConfig> = {
  name: 'segment',
  tables: source.streams,
  env: {},
  byValue: { include_secrets: true },
  onceOnly: { lookback_window_days: 0 },
  // A year of usage, and audit events that do not leave the trail meanwhile.
  atRest: { endpointLimits: false, auditDays: 80, usageMonths: 6 },
  create: createSandbox,
  source: (timeout) =>
    (timeout === undefined ? source : segmentWith({ timeout })) as Source<SegmentConfig, never>,
  config: (sandbox, more) => ({ api_token: sandbox.token, page_size: 4, ...more }),
  secrets: ({ token }) => [token],
  place: (table) => ({ path: pathOf(table) }),
  // Whose events they are.
  alsoAsks: ({ name }, { path }) => name === 'audit_events' && path === '/',
};
