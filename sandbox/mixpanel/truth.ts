/**
 * The truth, table by table: what a connector has to emit, told without any API in between.
 */
import { lossless } from '../kit/json.ts';
import type { Auth, Row, Workspace } from './contract.ts';
import { funnelDay, revenueOf } from './data/funnels.ts';
import type { World } from './world.ts';
import { dateOf } from './zone.ts';

/** Columns of ours beside the properties. */
const OF_EXPORT = new Set(['event', 'time', 'time_epoch', 'distinct_id', 'properties']);
const OF_ENGAGE = new Set(['distinct_id', 'properties']);

/** `auth`: the two ways to ask for annotations do not show the same. */
export function truth(world: World, auth: Auth): Workspace {
  const tables: Record<string, () => Iterable<Row>> = {
    export: () => events(world),
    engage: () => profiles(world),
    cohorts: () => world.cohorts.map(({ row }) => lossless(row) as Row),
    cohort_members: () => members(world),
    funnels: () => funnels(world),
    annotations: () => world.annotations.map((forms) => lossless(forms[auth]) as Row),
    revenue: () => world.calendar.reportDays.map((day) => ({ date: dateOf(day), ...revenueOf(day) })),
  };
  return { tables, keys: KEYS, now: () => world.calendar.clock.now() };
}

const KEYS: Readonly<Record<string, readonly string[]>> = {
  export: [],
  engage: ['distinct_id'],
  cohorts: ['id'],
  cohort_members: ['cohort_id', 'distinct_id'],
  funnels: ['funnel_id', 'date'],
  annotations: ['id'],
  revenue: ['date'],
};

function* events(world: World): Generator<Row> {
  for (const day of world.events.days) {
    for (const { event, time, own, shared } of world.events.of(day)) {
      const { distinct_id = null, ...rest } = own;
      yield {
        event,
        time: new Date(world.calendar.instantOf(time)).toISOString(),
        time_epoch: time,
        distinct_id,
        ...renamed({ ...rest, ...shared }, OF_EXPORT),
      };
    }
  }
}

function* profiles(world: World): Generator<Row> {
  const all = world.profiles.all();
  for (let index = 0; index < all.length; index += 1) {
    const { distinct_id, properties = {} } = all.at(index) ?? {};
    yield { distinct_id: String(distinct_id), ...renamed(properties, OF_ENGAGE) };
  }
}

function* members(world: World): Generator<Row> {
  for (const cohort of world.cohorts)
    for (const { distinct_id } of world.profiles.membersOf(cohort))
      yield { cohort_id: cohort.row.id, distinct_id: String(distinct_id) };
}

function* funnels(world: World): Generator<Row> {
  const today = world.calendar.reportDay;
  for (const { funnel_id, name, isThere } of world.funnels)
    if (isThere)
      for (const day of world.calendar.reportDays)
        yield { funnel_id, name, date: dateOf(day), ...funnelDay(world.seed, funnel_id, day, today) };
}

const renamed = (properties: Row, columns: ReadonlySet<string>): Row =>
  Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [nameOf(name, columns), lossless(value)]),
  );

function nameOf(name: string, columns: ReadonlySet<string>): string {
  if (name.startsWith('$')) return `mp_reserved_${name.slice(1)}`;
  const isTaken = name === '' || /^mp_(reserved|property)_/.test(name) || columns.has(name.toLowerCase());
  return isTaken ? `mp_property_${name}` : name;
}
