/** Which host has what. At the loopback everything is at one address. */
import type { Region } from '../contract.ts';
import type { Family } from './operation.ts';

interface Host {
  /** Undefined where it is any. */
  readonly region?: Region;
  has(family: Family): boolean;
}

const api = (region: Region): Host => ({ region, has: (family) => family !== 'export' });
const data = (region: Region): Host => ({ region, has: (family) => family === 'export' });

const HOSTS: Readonly<Record<string, Host>> = {
  'mixpanel.com': api('us'),
  'eu.mixpanel.com': api('eu'),
  'in.mixpanel.com': api('in'),
  'data.mixpanel.com': data('us'),
  'data-eu.mixpanel.com': data('eu'),
  'data-in.mixpanel.com': data('in'),
};
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

export const hostOf = (name: string): Host | undefined =>
  HOSTS[name] ?? (LOOPBACK.test(name) ? { has: () => true } : undefined);
