/** What is measured. Each case opens a workspace, warms the server up, and gives lines of the table. */
import { exported } from './events.ts';
import type { FloorJob } from './floor.ts';
import { CONCURRENCY, Lab, MAIN } from './lab.ts';
import { interleaved, median, time, type Measured } from './measure.ts';
import type { Line } from './report.ts';

const DAY = 24 * 60 * 60 * 1000;

/** How much of it: the whole takes minutes. */
export interface Size {
  readonly rounds: number;
  readonly rows: number;
}

export const cases: Readonly<Record<string, (size: Size) => Promise<Line[]>>> = {
  'start-up': startUp,
  flat,
  'fan-out': fanOut,
  heavy,
  events,
};

async function startUp({ rounds }: Size): Promise<Line[]> {
  const lab = await Lab.open({ workspace: {}, latency: 0, tables: [] });
  try {
    const command = (...args: string[]) => time([MAIN, ...args, '--config', lab.config]);
    const subjects = [() => time(['-e', '0']), () => time([MAIN, 'spec']), () => command('check')];
    await interleaved(1, subjects);
    const [bare = NaN, spec = NaN, check = NaN] = (await interleaved(4 * rounds, subjects)).map(median);
    const ms = (seconds: number) => `${(seconds * 1000).toFixed(0)} ms`;
    return [
      {
        what: '`spec`',
        ours: ms(spec),
        theirs: `${ms(bare)} (\`node -e 0\`)`,
        ratio: spec / bare,
        target: { most: 2 },
      },
      { what: '`check`, 20 requests', ours: ms(check) },
    ];
  } finally {
    lab.close();
  }
}

/** Many small rows: what a record costs. And a tenth of them, to see whether memory grows with their number. */
async function flat({ rounds, rows }: Size): Promise<Line[]> {
  const [tenth] = await auditTrail(rounds, rows / 10, false);
  const [ours, floor] = await auditTrail(rounds, rows, true);
  const peak = of(ours, 'peak');
  const name = (count: number) => count.toLocaleString('en');
  return [
    ...compared(
      `${name(rows)} audit events`,
      ours,
      floor,
      (seconds) => `${name(Math.round(rows / seconds))} records/s`,
    ),
    {
      what: `${name(rows)} audit events: peak memory, grown`,
      ours: mib(peak),
      theirs: `${mib(of(tenth, 'peak'))} (${name(rows / 10)})`,
      ratio: peak / of(tenth, 'peak'),
      target: { most: 1.15 },
    },
  ];
}

async function auditTrail(rounds: number, auditEvents: number, withFloor: boolean): Promise<Measured[][]> {
  const days = 30;
  const start = Math.floor(Date.now() / DAY - days) * DAY;
  const config = { start_date: new Date(start).toISOString().slice(0, 10) };
  const workspace = { auditEvents, auditDays: days };
  const lab = await Lab.open({ workspace, latency: 0, tables: ['audit_events'] }, config);
  const lists: FloorJob['lists'][number][] = [];
  for (let day = start; day <= Date.now(); day += DAY) {
    const query = { startTime: iso(day), endTime: iso(day + DAY - 1) };
    lists.push({ stream: 'audit_events', path: '/audit-events', key: 'events', query });
  }
  return against(lab, lists, rounds, withFloor);
}

/** Two lists below each source, over a slow network: how well the allowed concurrency is used. */
async function fanOut({ rounds }: Size): Promise<Line[]> {
  const [sources, latency] = [300, 120];
  const tables = ['source_connected_destinations', 'source_connected_warehouses'];
  const workspace = { sources, destinationsPerSource: 1 };
  const lab = await Lab.open({ workspace, latency, tables });
  const [ours] = await against(lab, [], rounds, false);
  const [pages, children] = [Math.ceil(sources / 200), sources * tables.length];
  const ideal = ((pages + Math.ceil(children / CONCURRENCY)) * latency) / 1000;
  const seconds = of(ours, 'seconds');
  return [
    {
      what: `${children} lists below ${sources} sources at ${latency} ms, ${CONCURRENCY} at once`,
      ours: `${seconds.toFixed(2)} s`,
      theirs: `${ideal.toFixed(2)} s (latency alone)`,
      ratio: seconds / ideal,
      target: { most: 1.15 },
    },
  ];
}

/** Few large rows: what a byte costs. */
async function heavy({ rounds }: Size): Promise<Line[]> {
  const [sources, heavy] = [800, 20_000];
  const workspace = { sources, destinationsPerSource: 10, heavy };
  const lab = await Lab.open({ workspace, latency: 0, tables: ['destinations'] });
  const list = { stream: 'destinations', path: '/destinations', key: 'destinations', query: {} };
  const [ours, floor] = await against(lab, [list], rounds, true);
  const megabytes = (ours?.[0]?.output.bytes ?? 0) / 1e6;
  const what = `${sources * 10} destinations with ${heavy / 1000} kB of catalog each`;
  return compared(what, ours, floor, (seconds) => `${(megabytes / seconds).toFixed(1)} MB/s`);
}

/** Ten times the rows as events, as they come in one answer a day; and a tenth of them, for the memory. */
async function events({ rounds, rows }: Size): Promise<Line[]> {
  const [days, many] = [4, rows * 10];
  const [ours, floor] = await exported({ days, eventsPerDay: rows / days }, rounds, true);
  // Once: it takes minutes, and what it shows is no matter of seconds.
  const [large] = await exported({ days, eventsPerDay: many / days }, 1, false);
  const name = (count: number) => count.toLocaleString('en');
  const [peak, before] = [of(large, 'peak'), of(ours, 'peak')];
  return [
    ...compared(
      `${name(rows)} events of Mixpanel`,
      ours,
      floor,
      (seconds) => `${name(Math.round(rows / seconds))} records/s`,
    ),
    {
      what: `${name(many)} events: peak memory, grown`,
      ours: mib(peak),
      theirs: `${mib(before)} (${name(rows)})`,
      ratio: peak / before,
      target: { most: 1.15 },
    },
  ];
}

async function against(lab: Lab, lists: FloorJob['lists'], rounds: number, withFloor: boolean) {
  const subjects = withFloor ? [lab.connector, () => lab.floor(lists)] : [lab.connector];
  try {
    await interleaved(1, subjects); // the server then has every page
    return await interleaved(rounds, subjects);
  } finally {
    lab.close();
  }
}

/** Throughput, CPU and memory of the two. */
function compared(
  what: string,
  ours: readonly Measured[] = [],
  floor: readonly Measured[] = [],
  speed: (seconds: number) => string,
): Line[] {
  const both = (field: 'seconds' | 'cpu' | 'peak', tell: (value: number) => string) => {
    const [mine, theirs] = [of(ours, field), of(floor, field)];
    return { ours: tell(mine), theirs: `${tell(theirs)} (floor)`, ratio: mine / theirs };
  };
  const wall = both('seconds', speed);
  return [
    { what: `${what}: throughput`, ...wall, ratio: 1 / wall.ratio, target: { least: 0.8 } },
    { what: `${what}: CPU`, ...both('cpu', (seconds) => `${seconds.toFixed(1)} s`) },
    { what: `${what}: peak memory`, ...both('peak', mib), target: { most: 1 } },
  ];
}

const of = (runs: readonly Measured[] = [], field: 'seconds' | 'cpu' | 'peak') =>
  median(runs.map((run) => run[field]));
const mib = (value: number) => `${value.toFixed(0)} MiB`;
const iso = (time: number) => new Date(time).toISOString();
