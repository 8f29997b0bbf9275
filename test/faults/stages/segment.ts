import fc from 'fast-check';
import { matches, type Fault } from '../../../sandbox/kit/faults.ts';
import { canMove } from '../../../sandbox/segment/index.ts';
import { segment as vendor } from '../../support/vendors/segment.ts';
import type { LoggedRequest, Simulated } from '../../../sandbox/kit/contract.ts';
import { moves, NOWS, SKEWS, type Matter } from '../script.ts';
import { parentsOf, pathOf } from '../tables.ts';
import type { Stage } from '../trial.ts';

const some = <T>(items: readonly T[]) => fc.constantFrom(...items);

export const matter: Matter = {
  vendor,
  /**
   * Some lists stand still, or only grow. What comes late into a series, or goes from it, is the look-back's business, not
   * a script's: it may have none.
   */
  isPossible: (fault: Fault) =>
    !isOfOthers(fault) &&
    (!moves(fault) ||
      (canMove(fault.path, fault.kind === 'insert-row' ? 'insert' : 'remove') &&
        !/^\/(audit-events|usage)/.test(fault.path))),
  skews: SKEWS,
  most: 6,
  world: fc.record({
    now: some(NOWS),
    seed: fc.integer({ min: 1, max: 1000 }),
    sources: fc.integer({ min: 0, max: 5 }),
    destinationsPerSource: fc.integer({ min: 0, max: 3 }),
    warehouses: fc.integer({ min: 0, max: 3 }),
    users: fc.integer({ min: 0, max: 12 }),
    groups: fc.integer({ min: 0, max: 9 }),
    auditEvents: fc.integer({ min: 0, max: 60 }),
    auditDays: fc.integer({ min: 1, max: 5 }),
    usageMonths: fc.integer({ min: 1, max: 2 }),
    catalogDestinations: fc.integer({ min: 0, max: 8 }),
  }),
  config: fc
    .record({
      page_size: some([1, 2, 3, 5, 200]),
      max_concurrent_requests: some([1, 2, 8]),
      lookback_window_days: some([0, 1]),
      include_secrets: fc.boolean(),
    })
    .map((config) => ({
      config: { ...config, start_date: '2025-12-01' },
      isByValue: config.include_secrets,
    })),
};

/** Faults of other vendors' kinds. */
const isOfOthers = ({ kind }: Fault) =>
  kind === 'query-timeout' || kind === 'split-line' || (kind?.endsWith('terminated-early') ?? false);

/** Paths of the lists that others wait for. */
const PARENTS = vendor.tables.flatMap((table) => parentsOf(table).map(pathOf));

/** Lists that access_records takes names from, and needs only where something of their kind is granted. */
const NAMES = ['/sources', '/warehouses', '/spaces', '/functions'];

export const stage: Stage = {
  vendor,
  open: (world, onMove) => vendor.create({ ...world, onMove }),
  timeOf: ({ timestamp }) => {
    const time = Date.parse(String(timestamp));
    return Number.isNaN(time) ? -Infinity : time;
  },
  isClosed: (name, request, all, sandbox) => {
    const { fault, path } = request;
    // The workspace is also asked for to learn whether the token is accepted: one refusal of it may be another table's.
    if (path === '/') return false;
    if (name === 'access_records' && NAMES.includes(path)) return false;
    const parent = PARENTS.find((one) => path.startsWith(`${one}/`));
    // A 404 of a parent that has gone meanwhile says so.
    if (parent !== undefined && fault?.kind === 'not-found') return has(sandbox, parent, path);
    // A list is read once more for each parent that answers 404: what goes wrong then is that parent's.
    const lookup = all.findIndex((one) => matches(`${path}/{id}`, one.path));
    return !PARENTS.includes(path) || lookup < 0 || all.indexOf(request) < lookup;
  },
};

function has(sandbox: Simulated, list: string, path: LoggedRequest['path']): boolean {
  const rows = [...(sandbox.workspace.tables[list.slice(1)]?.() ?? [])];
  return rows.some(({ id }) => path.split('/')[2] === id);
}
