/** What a request brings. */
import type { Incoming } from '../../kit/delivery.ts';
import { encode } from '../../kit/json.ts';
import type { Row } from '../contract.ts';
import { isObject } from '../search/mapping.ts';
import { invalid } from './reply.ts';

/** A text, or a whole number that a double may not hold, wherever JSON has one. */
const TOKENS = /"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/gs;
/** In a text of ours alone: nobody sends one that begins so. */
const DIGITS = '\u0000digits:';

/** JSON whose whole numbers keep their digits: as a `bigint` where JavaScript cannot hold them. */
function parseJson(text: string): unknown {
  const marked = text.replace(TOKENS, (token) =>
    token.startsWith('"') ? token : `"\\u0000digits:${token}"`,
  );
  return JSON.parse(marked, (_, value: unknown) => {
    if (typeof value !== 'string' || !value.startsWith(DIGITS)) return value;
    const digits = value.slice(DIGITS.length);
    return Number.isSafeInteger(Number(digits)) ? Number(digits) : BigInt(digits);
  });
}

/** The object that a search is. */
export function bodyOf({ header, body }: Incoming): Row {
  const type = (header('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  const sent = type === 'application/json' ? parsed(body?.toString() ?? '') : undefined;
  if (!isObject(sent)) throw invalid(`the body of the type ${type || '(none)'} is no JSON object`);
  return sent;
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** Parameters, each once and none that is not known. */
export function parametersOf(url: URL, known: readonly string[]): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [name, value] of url.searchParams) {
    if (!known.includes(name)) throw invalid(`unknown parameter: ${name}`);
    if (name in found) throw invalid(`${name} is given twice`);
    found[name] = value;
  }
  return found;
}

interface Brought {
  readonly query: Record<string, string>;
  readonly json?: Row;
  readonly form?: Record<string, string>;
}

/** For the log and for faults, which tell requests apart by what they bring. */
export function broughtBy({ url, body }: Incoming): Brought {
  const query = Object.fromEntries(url.searchParams);
  const json = body && parsed(body.toString());
  return isObject(json) ? { query, json, form: membersOf(json) } : { query };
}

/** All members by their path; those of lists by that of the list. */
function membersOf(json: Row): Record<string, string> {
  const members: Record<string, string> = {};
  const visit = (value: unknown, path: string): void => {
    if (Array.isArray(value)) for (const one of value) visit(one, path);
    else if (isObject(value))
      for (const [name, held] of Object.entries(value)) {
        const own = path === '' ? name : `${path}.${name}`;
        // The text of the whole is enough.
        members[own] = path === '' || typeof held !== 'object' ? encode(held) : '';
        visit(held, own);
      }
  };
  visit(json, '');
  return members;
}
