/** The fields of documents and their types: what may be asked about each. */
import type { Row } from '../contract.ts';

/**
 * `text` matches by its words, in small letters; the whole of it is at `<field>.raw`. `any` is whatever a customer sends:
 * each member has the type of its values.
 */
type FieldType = 'text' | 'raw' | 'date' | 'long' | 'ip' | 'any' | 'id';

export type Kind = 'users' | 'companies' | 'events';
type Mapping = Readonly<Record<string, 'text' | 'date' | 'long' | 'ip' | 'any'>>;

const every = <T extends FieldType>(type: T, ...names: string[]): Record<string, T> =>
  Object.fromEntries(names.map((name) => [name, type] as const));

const OF_BOTH: Mapping = {
  ...every('text', 'company_id', 'session_token', 'app_id', 'org_id'),
  ...every('date', 'created', 'modified_time', 'first_seen_time', 'last_seen_time'),
  ...every('ip', 'ip_address'),
  ...every('any', 'metadata', 'campaign'),
};

const MAPPINGS: Readonly<Record<Kind, Mapping>> = {
  users: {
    ...OF_BOTH,
    ...every(
      'text',
      'user_id',
      'identified_user_id',
      'name',
      'first_name',
      'last_name',
      'email',
      'user_name',
    ),
    ...every('text', 'user_agent_string', 'phone', 'photo_url'),
    ...every('any', 'body', 'clearbit', 'company', 'geo_ip', 'user_agent'),
  },
  companies: { ...OF_BOTH, ...every('text', 'company_domain'), ...every('long', 'ttfhw_s') },
  events: {
    ...every(
      'text',
      'id',
      'event_type',
      'action_name',
      'direction',
      'user_id',
      'company_id',
      'session_token',
    ),
    ...every('text', 'app_id', 'org_id', 'request.verb', 'request.uri', 'request.route'),
    ...every('text', 'request.user_agent_string', 'response.transfer_encoding'),
    ...every('date', 'request.time', 'response.time'),
    ...every('long', 'duration_ms', 'weight', 'response.status'),
    ...every('ip', 'request.ip_address', 'response.ip_address'),
    ...every('any', 'metadata', 'user', 'company', 'request.headers', 'request.body'),
    ...every('any', 'request.geo_ip', 'request.user_agent', 'response.headers', 'response.body'),
  },
};

const RAW = '.raw';

export interface Field {
  /** Where its value is. */
  readonly path: string;
  readonly type: FieldType;
}

/** Undefined for a field that no document of the kind has. */
export function fieldOf(kind: Kind, name: string): Field | undefined {
  if (name === '_id') return { path: name, type: 'id' };
  const mapping = MAPPINGS[kind];
  const whole = typeIn(mapping, name);
  if (whole !== undefined) return { path: name, type: whole };
  const path = name.endsWith(RAW) ? name.slice(0, -RAW.length) : '';
  if (typeIn(mapping, path) === 'text') return { path, type: 'raw' };
  const above = Object.keys(mapping).find((one) => mapping[one] === 'any' && name.startsWith(`${one}.`));
  if (above === undefined) return undefined;
  return name.endsWith(RAW) ? { path, type: 'raw' } : { path: name, type: 'any' };
}

const typeIn = (mapping: Mapping, name: string): FieldType | undefined =>
  Object.hasOwn(mapping, name) ? mapping[name] : undefined;

/** As the API tells it. */
export function propertiesOf(kind: Kind): Row {
  const properties: Row = {};
  for (const [path, type] of Object.entries(MAPPINGS[kind])) {
    const names = path.split('.');
    const last = names.pop() ?? path;
    let level = properties;
    for (const name of names) {
      const held = (level[name] ??= { properties: {} }) as { properties: Row };
      level = held.properties;
    }
    level[last] = told(type);
  }
  return properties;
}

function told(type: Mapping[string]): Row {
  if (type === 'any') return { type: 'object' };
  return type === 'text' ? { type, fields: { raw: { type: 'keyword' } } } : { type };
}

/** The values of a document at a path, of all that are in lists too; null is none. */
export function valuesAt(source: Row, path: string): unknown[] {
  let names = NAMES.get(path);
  if (!names) NAMES.set(path, (names = path.split('.')));
  return valuesBelow(source, names);
}

/** Of the paths that are looked at for each document. */
const NAMES = new Map<string, readonly string[]>();

function valuesBelow(value: unknown, [name, ...names]: readonly string[]): unknown[] {
  if (name === undefined) return listed(value);
  if (Array.isArray(value)) return value.flatMap((one) => valuesBelow(one, [name, ...names]));
  return isObject(value) && Object.hasOwn(value, name) ? valuesBelow(value[name], names) : [];
}

function listed(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(listed);
  return value === undefined || value === null ? [] : [value];
}

export const isObject = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
