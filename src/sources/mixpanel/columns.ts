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
import { DAY } from '../../engine/windows.ts';
import { HttpError, MalformedAnswer } from '../../http/errors.ts';
import { dayOf, isObject, type MixpanelApi } from './api.ts';
import type { MixpanelConfig } from './config.ts';
import { connect } from './connect.ts';
import { EventLines } from './events.ts';
import { failureOf } from './explain.ts';
import { isTimeout, isUnauthenticated } from './refusals.ts';
import { columnOf } from './names.ts';
import { selection } from './properties.ts';
import { engage } from './streams/engage.ts';
import { events } from './streams/export.ts';

/** Names that are asked for; Mixpanel itself shows no more. */
const MOST = 2000;
/** Events that types are told from. */
const SAMPLE = 1000;

type Types = ReadonlyMap<string, string | undefined>;

/**
 * The columns that the properties of events and profiles have, with their types: of profiles as Mixpanel tells them, of
 * events from a sample. Three requests. What cannot be asked for is left to the read, which brings every property anyway.
 */
export async function columns(
  config: MixpanelConfig,
  runtime: Runtime,
): Promise<ReadonlyMap<string, Columns>> {
  if (config.properties_as === 'json') return new Map();
  const api = connect(config, runtime, { retries: 2, longestWait: 30_000 });
  const tables = [
    { table: events, find: eventTypes },
    { table: engage, find: profileTypes },
  ];
  const found = await Promise.all(
    tables.map(async ({ table, find }): Promise<[string, Columns]> => {
      const types = await find(api).catch((error: unknown) => giveUp(error, table.name, runtime));
      return [table.name, columnsOf(types, new Set(Object.keys(table.schema.properties)), config)];
    }),
  );
  for (const [table, known] of found) warnOfTwins(table, Object.keys(known), runtime);
  return new Map(found);
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
  return api.query('/engage/properties', { limit: MOST }, read);
}

/** Mixpanel tells the names (https://developer.mixpanel.com/reference/event-properties-top); types a sample. */
async function eventTypes(api: MixpanelApi): Promise<Types> {
  const sampled = await sampleTypes(api);
  const read = (body: unknown) => {
    if (!isObject(body)) throw new MalformedAnswer('a 200 without an object of properties');
    return Object.keys(body);
  };
  const names = await api.query('/events/properties/top', { limit: MOST }, read).catch((error: unknown) => {
    // A plan without the Query API has events all the same.
    if (error instanceof HttpError && error.status === 402) return [];
    throw error;
  });
  const all = new Set([...names, ...sampled.keys()]);
  for (const name of ['time', 'distinct_id']) all.delete(name);
  return new Map([...all].map((name) => [name, sampled.get(name)]));
}

/** Types of the properties of some events of the last full day; of one that has several, none. */
async function sampleTypes(api: MixpanelApi): Promise<Types> {
  const day = dayOf(api.eventsNow() - DAY);
  const reader = new EventLines();
  const types = new Map<string, string | undefined>();
  for await (const lines of api.exported({ from: day, to: day }, { limit: SAMPLE })) {
    for (const { properties } of reader.read(lines)) {
      for (const name of Object.keys(properties)) {
        const type = typeOf(properties[name]);
        if (type === undefined) continue;
        types.set(name, !types.has(name) || types.get(name) === type ? type : undefined);
      }
    }
  }
  return types;
}

/** undefined for null, which has none. */
function typeOf(value: unknown): string | undefined {
  if (value === null) return undefined;
  return Array.isArray(value) ? 'list' : typeof value;
}

const typeIn = (about: unknown) =>
  isObject(about) && typeof about['type'] === 'string' ? about['type'] : undefined;

/**
 * Without its columns a table can still be read; without its credentials nothing can. And what passes by itself must not
 * look like a project without properties: a platform would take their columns away.
 */
function giveUp(error: unknown, table: string, { log }: Runtime): Types {
  if (!(error instanceof HttpError) && !(error instanceof MalformedAnswer)) throw error;
  if (error instanceof HttpError && isUnauthenticated(error)) throw failureOf(error, 'discover');
  if (error instanceof HttpError && isPassing(error)) throw failureOf(error, `discover (${table})`);
  const why = error instanceof HttpError ? failureOf(error, table).message : error.message;
  log('WARN', `The properties of ${table} are not known, so it has only the columns that all have: ${why}`);
  return new Map();
}

/** But for Mixpanel's own timeout, a 400: a project with so many properties has it each time. */
const isPassing = (error: HttpError): boolean =>
  error.kind === 'rate-limited' || (error.kind === 'unavailable' && !isTimeout(error));

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
