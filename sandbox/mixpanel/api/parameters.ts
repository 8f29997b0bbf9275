/** Parameters, wherever they are sent, read strictly: what no document and no client in use knows is refused. */
import type { Incoming } from '../../kit/delivery.ts';
import type { Row } from '../contract.ts';
import { DAY } from '../zone.ts';
import { inText, invalid, Refusal } from './reply.ts';

export interface Sent {
  readonly query: Readonly<Record<string, string>>;
  readonly form?: Record<string, string>;
  readonly json?: Row;
}

export type Parameters = Readonly<Record<string, string>>;

/** What a request brings, as it is; what is no body of a known kind is refused. */
export function sentWith({ url, header, body }: Incoming): Sent {
  const query = Object.fromEntries(url.searchParams);
  if (body === undefined || body.length === 0) return { query };
  const type = (header('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  const text = body.toString();
  if (type === 'application/x-www-form-urlencoded')
    return { query, form: Object.fromEntries(new URLSearchParams(text)) };
  const json = type === 'application/json' ? objectIn(text) : undefined;
  if (!json) throw invalid(url, `a body of the type ${type || '(none)'} is neither a form nor a JSON object`);
  return { query, json };
}

function objectIn(text: string): Row | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Row) : undefined;
  } catch {
    return undefined;
  }
}

/** All of them under one roof, each once. */
export function readParameters(url: URL, sent: Sent, allowed: readonly string[]): Parameters {
  const texts = Object.entries(sent.json ?? {}).map(
    ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
  );
  const found: Record<string, string> = {};
  for (const [name, value] of [...url.searchParams, ...Object.entries(sent.form ?? {}), ...texts]) {
    if (!allowed.includes(name)) throw invalid(url, `unknown parameter: ${name}`);
    if (name in found) throw invalid(url, `${name} is given twice`);
    found[name] = value;
  }
  return found;
}

export function readInteger(
  url: URL,
  parameters: Parameters,
  name: string,
  { from, to }: { from: number; to: number },
): number | undefined {
  const text = parameters[name];
  if (text === undefined) return undefined;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (!(value >= from && value <= to)) throw invalid(url, `${name} must be an integer from ${from} to ${to}`);
  return value;
}

export function readChoice(
  url: URL,
  parameters: Parameters,
  name: string,
  choices: readonly string[],
): string | undefined {
  const text = parameters[name];
  if (text !== undefined && !choices.includes(text))
    throw invalid(url, `${name} must be one of ${choices.join(', ')}`);
  return text;
}

/** A list of texts, as a JSON array. */
export function readTexts(url: URL, parameters: Parameters, name: string): readonly string[] | undefined {
  const text = parameters[name];
  if (text === undefined) return undefined;
  const value = parsed(text);
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'string'))
    throw invalid(url, `${name} must be a JSON array of strings`);
  return value;
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export interface Days {
  readonly from: number;
  readonly to: number;
}

/** Two days, both of them within; none of them after today where one is given. */
export function readDays(
  url: URL,
  parameters: Parameters,
  today: number = Infinity,
  [first, last]: readonly [string, string] = ['from_date', 'to_date'],
): Days {
  const from = readDay(url, parameters, first) ?? -Infinity;
  const to = readDay(url, parameters, last) ?? Infinity;
  if (from > to) throw invalid(url, `${first} must not be later than ${last}`);
  if (to !== Infinity && to > today) throw new Refusal(inText(400, ' to_date cannot be later than today'));
  return { from, to };
}

function readDay(url: URL, parameters: Parameters, name: string): number | undefined {
  const text = parameters[name];
  if (text === undefined) return undefined;
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  // There is no 30th of February, whatever a parser makes of it.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text)
    throw invalid(url, `${name} must be a day, YYYY-MM-DD`);
  return time / DAY;
}
