import { transientError } from '../../engine/errors.ts';
import type { Runtime } from '../../engine/runtime.ts';
import {
  anything,
  array,
  boolean,
  freeObject,
  number,
  string,
  type JsonSchema,
} from '../../engine/schema.ts';
import type { Columns } from '../../engine/source.ts';
import { detailOf } from '../../engine/trouble.ts';
import { DAY } from '../../engine/windows.ts';
import { HttpError, MalformedAnswer } from '../../http/errors.ts';
import { dayOf, isObject, type MixpanelApi } from './api.ts';
import { insisting } from './broken.ts';
import type { MixpanelConfig } from './config.ts';
import { connect } from './connect.ts';
import { eventsIn } from './events.ts';
import { failureOf } from './explain.ts';
import { columnOf } from './names.ts';
import { selection } from './properties.ts';
import type { Range } from './range.ts';
import { isTimeout, isUnauthenticated } from './refusals.ts';
import { engage } from './streams/engage.ts';
import { events } from './streams/export.ts';

/** Names that are asked for; Mixpanel itself shows no more. */
const MOST = 2000;
/** Events that types are told from … */
const SAMPLE = 1000;
/** … and days before the last full one that they are looked for in, where that has none. */
const DAYS_BEFORE = 30;
/** Silence (ms) after which a request counts as lost: people wait, yet an export begins late. */
const TIMEOUT = 120_000;
/** Times that is asked again for what may pass. */
const RETRIES = 3;
const PROFILES = '/engage/properties';

type Types = ReadonlyMap<string, string | undefined>;

/**
 * The columns that the properties of events and profiles have, with their types: of profiles as Mixpanel tells them, of
 * events from a sample. Three requests, four where the last day was quiet. What the plan or the role keeps closed is left to
 * the read, which brings every property that it can.
 */
export async function columns(
  config: MixpanelConfig,
  runtime: Runtime,
): Promise<ReadonlyMap<string, Columns>> {
  if (config.properties_as === 'json') return new Map();
  const api = connect(config, runtime, { retries: RETRIES, timeout: TIMEOUT, longestWait: 30_000 });
  const tables = [
    { table: events, find: eventTypes },
    { table: engage, find: profileTypes },
  ];
  const found = await Promise.all(
    tables.map(async ({ table, find }) => {
      const types = await find(api).catch((error: unknown) => giveUp(error, table.name, runtime));
      const known = columnsOf(types, new Set(Object.keys(table.schema.properties)), config);
      return { name: table.name, types, known };
    }),
  );
  for (const { name, known } of found) warnOfTwins(name, Object.keys(known), runtime);
  warnOfStrangers(
    config,
    found.map(({ types }) => types),
    runtime,
  );
  return new Map(found.map(({ name, known }) => [name, known]));
}

function columnsOf(types: Types, own: ReadonlySet<string>, config: MixpanelConfig): Columns {
  const isWanted = selection(config);
  return Object.fromEntries(
    [...types]
      .filter(([name]) => isWanted(name))
      .map(([name, type]) => [columnOf(name, own), schemaOf(name, type)]),
  );
}

/** The types that Mixpanel has for properties; a datetime comes in many forms, so it is a text. */
const SCHEMAS = new Map<string | undefined, (description: string) => JsonSchema>([
  ['string', string],
  ['datetime', string],
  ['number', number],
  ['boolean', boolean],
  ['object', freeObject],
  ['list', (description) => array({}, description)],
]);

function schemaOf(name: string, type: string | undefined): JsonSchema {
  const schema = SCHEMAS.get(type) ?? ((description) => anything(`${description}, of any type`));
  return schema(`The property ${JSON.stringify(name)}`);
}

/** https://developer.mixpanel.com/reference has no page about it; others and Mixpanel's own pages use it (*unverified*). */
async function profileTypes(api: MixpanelApi): Promise<Types> {
  const read = (body: unknown) => {
    const results = isObject(body) ? body['results'] : undefined;
    if (!isObject(results)) throw new MalformedAnswer('a 200 without the object "results"');
    return new Map(Object.entries(results).map(([name, about]) => [name, typeIn(about)]));
  };
  const types = await api.query(PROFILES, { limit: MOST }, read);
  warnOfFull('engage', types.size, api);
  return types;
}

/**
 * Mixpanel tells the names; types a sample. The documents have the names of one event: without it others get those of the
 * whole project (*unverified*). https://developer.mixpanel.com/reference/event-properties-top
 */
async function eventTypes(api: MixpanelApi): Promise<Types> {
  const read = (body: unknown) => {
    if (!isObject(body)) throw new MalformedAnswer('a 200 without an object of properties');
    return Object.keys(body);
  };
  const names = await api.query('/events/properties/top', { limit: MOST }, read).catch((error: unknown) => {
    // A plan, or a role, without the Query API has events all the same.
    if (!(error instanceof HttpError) || !(isClosed(error) || wantsEvent(error))) throw error;
    api.log(
      'WARN',
      `export: Mixpanel does not tell the names of all properties (${detailOf(error)}); only those of a sample have columns.`,
    );
    return [];
  });
  warnOfFull('export', names.length, api);
  // After the names, whose answer has told Mixpanel's time.
  const sampled = await sampleTypes(api);
  const all = new Set([...names, ...sampled.keys()]);
  for (const name of ['time', 'distinct_id']) all.delete(name);
  return new Map([...all].map((name) => [name, sampled.get(name)]));
}

/** A list that is full may be cut: what Mixpanel left out has no column, and nothing says so. */
function warnOfFull(table: string, names: number, { log }: MixpanelApi): void {
  if (names < MOST) return;
  log('WARN', `${table}: Mixpanel names ${MOST} properties at most, so there may be more than have columns.`);
}

/** Types of the properties of some events of the last full day, or where it has none, of those before. */
async function sampleTypes(api: MixpanelApi): Promise<Types> {
  const last = api.eventsNow() - DAY;
  const sample = (range: Range) => insisting(api, RETRIES, () => typesIn(api, range));
  const types =
    (await sample({ from: dayOf(last), to: dayOf(last) })) ??
    (await sample({ from: dayOf(last - DAYS_BEFORE * DAY), to: dayOf(last - DAY) }));
  if (types) return types;
  const { export_events: wanted = [] } = api.config;
  const which = wanted.length > 0 ? ' with a name of "export_events"' : '';
  api.log(
    'WARN',
    `export: no events${which} came of the last ${DAYS_BEFORE + 1} days, so the types of their properties are not known, nor names ` +
      'beyond those that Mixpanel tells; refresh the schema once there are some.',
  );
  return new Map();
}

/** Types of the properties of some events; of one that has several, none. Undefined where there are no events. */
async function typesIn(api: MixpanelApi, range: Range): Promise<Types | undefined> {
  const types = new Map<string, string | undefined>();
  let count = 0;
  for await (const events of eventsIn(api.exported(range, { limit: SAMPLE }))) {
    count += events.length;
    for (const { properties } of events) {
      for (const name of Object.keys(properties)) {
        const type = typeOf(properties[name]);
        if (type === undefined) continue;
        types.set(name, !types.has(name) || types.get(name) === type ? type : undefined);
      }
    }
  }
  return count === 0 ? undefined : types;
}

/** undefined for null, which has none. */
function typeOf(value: unknown): string | undefined {
  if (value === null) return undefined;
  return Array.isArray(value) ? 'list' : typeof value;
}

const typeIn = (about: unknown) =>
  isObject(about) && typeof about['type'] === 'string' ? about['type'] : undefined;

/**
 * What is closed to these credentials can still be told of. Anything else must not look like a project without properties: a
 * platform would take their columns away.
 */
function giveUp(error: unknown, table: string, { log }: Runtime): Types {
  if (!(error instanceof HttpError)) throw error;
  if (isUnauthenticated(error)) throw failureOf(error, 'discover');
  if (isTimeout(error))
    throw transientError(
      `discover (${table}): Mixpanel did not come to an end in its own time, also when asked again; run it again later, or ` +
        'set "properties_as" to json, which asks for no columns.',
      detailOf(error),
    );
  if (!isClosed(error)) throw failureOf(error, `discover (${table})`);
  const why = failureOf(error, table).message;
  log('WARN', `The properties of ${table} are not known, so it has only the columns that all have: ${why}`);
  return new Map();
}

/** By the plan or the role; and what is in no document may be gone. */
const isClosed = ({ kind, status, path }: HttpError): boolean =>
  kind === 'status' && (status === 402 || status === 403 || (status === 404 && path.endsWith(PROFILES)));

/** As the documents do. */
const wantsEvent = ({ kind, status, message }: HttpError): boolean =>
  kind === 'status' && status === 400 && /\bevent\b/i.test(message);

/** A name that no property has, as that of a column or a misspelt one, would be read as nothing without a word. */
function warnOfStrangers(
  { include_properties: include = [] }: MixpanelConfig,
  known: readonly Types[],
  { log }: Runtime,
): void {
  if (known.some(({ size }) => size === 0)) return;
  const strangers = include.filter((name) => !known.some((types) => types.has(name)));
  if (strangers.length > 0)
    log(
      'WARN',
      `include_properties: no property is known by the name ${strangers.map((name) => JSON.stringify(name)).join(', ')}; ` +
        'write each as Mixpanel does ("$city"), not as its column is called ("mp_reserved_city").',
    );
}

/** Many a destination takes columns that differ in case alone for one. */
function warnOfTwins(table: string, columns: readonly string[], { log }: Runtime): void {
  const byCase = new Map<string, string[]>();
  for (const column of columns) {
    const folded = column.toLowerCase();
    byCase.set(folded, [...(byCase.get(folded) ?? []), column]);
  }
  const twins = [...byCase.values()].filter(({ length }) => length > 1);
  if (twins.length === 0) return;
  const names = twins.slice(0, 10).map((few) => few.join(' and '));
  log(
    'WARN',
    `${table} has columns that differ in case alone, which some destinations take for one: ${names.join('; ')}.`,
  );
}
