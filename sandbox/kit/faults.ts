/**
 * Faults: what goes wrong, where, and at which occurrence.
 */

import type { Answer } from './delivery.ts';

/** Requests, by what they ask for. */
export interface Place {
  /** `/sources/{id}/connected-warehouses`, an exact path, or `*`. */
  path: string;
  /** Where a path alone does not tell: a parameter that they bring; with `!` before it, one that they do not. */
  having?: string;
}

export interface Fault extends Place {
  /** Which of the requests that match `path`, counted from 1 (borders included); all of them when left out. */
  on?: number | [from: number, to: number];
  status?: number;
  headers?: Record<string, string>;
  /** A string goes out as it stands, anything else as JSON. */
  body?: unknown;
  delayMs?: number;
  /** Of what is sent: it is kept all the same, and only the answer goes wrong. */
  taken?: boolean;
  /** Of a body made of lines: how many of them are whole. */
  afterLines?: number;
  kind?: FaultKind;
}

export type FaultKind =
  /** The connection is reset before an answer. */
  | 'reset'
  /** Headers and half of the body, then a reset. */
  | 'reset-mid-body'
  /** A complete answer whose JSON is cut short. */
  | 'truncate'
  /** Never answers, until the client goes away. */
  | 'hang'
  | 'forbidden'
  | 'unauthorized'
  /** What a token gets that is known and lacks a scope. */
  | 'no-scope'
  /** The plan does not include the table: 400, or what the vendor says instead. */
  | 'plan'
  | 'not-found'
  | 'rate-limit'
  /** `next` points at the page itself. */
  | 'repeat-cursor'
  | 'no-pagination'
  /** 200 without its rows. */
  | 'no-data'
  /** 200 with `errors` in place of `data`. */
  | 'error-envelope'
  /** 400, or the status asked for, whose words hold what the request sent as its authorization, in several encodings. */
  | 'echo'
  /** 502 from something that is not the API. */
  | 'html'
  /** 400: the query behind it took too long. */
  | 'query-timeout'
  /** `timed_out: true`, and some of the rows alone. */
  | 'timed-out'
  /** Lines, then one that says `terminated early`, in a 200 that ends as if all were well … */
  | 'terminated-early'
  /** … or one that says `export terminated early`. */
  | 'export-terminated-early'
  /** A line feed, as it is, inside of a string of a line. */
  | 'split-line'
  /** No fault of the answer: before it, somebody adds a row at the head of the list … */
  | 'insert-row'
  /** … or deletes its first one, so that the next page starts elsewhere. */
  | 'remove-row';

export class Faults {
  #armed: { fault: Fault; seen: number }[] = [];

  add(fault: Fault): void {
    this.#armed.push({ fault, seen: 0 });
  }

  clear(): void {
    this.#armed = [];
  }

  /** Counts the request for every fault of its path, and answers the first one whose turn it is. */
  take(path: string, parameters: readonly string[] = []): Fault | undefined {
    let due: Fault | undefined;
    for (const armed of this.#armed) {
      if (!isAt(armed.fault, path, parameters)) continue;
      armed.seen += 1;
      if (isTurn(armed.fault.on, armed.seen)) due ??= armed.fault;
    }
    return due;
  }
}

/** Whether a request with this path and these parameters is one of a place's. */
export function isAt(
  { path: template, having }: Place,
  path: string,
  parameters: readonly string[],
): boolean {
  if (!matches(template, path)) return false;
  if (having === undefined) return true;
  return having.startsWith('!') ? !parameters.includes(having.slice(1)) : parameters.includes(having);
}

/** Templates as patterns, with what each begins with: each is asked of every request, and few begin like it. */
const PATTERNS = new Map<string, { readonly start: string; readonly whole: RegExp }>();

/** Whether a path is one of a template's: `{…}` stands for exactly one segment. */
export function matches(template: string, path: string): boolean {
  if (template === '*' || template === path) return true;
  let pattern = PATTERNS.get(template);
  if (!pattern) PATTERNS.set(template, (pattern = patternOf(template)));
  return path.startsWith(pattern.start) && pattern.whole.test(path);
}

function patternOf(template: string) {
  const segments = template
    .split('/')
    .map((segment) => (/^\{.*\}$/.test(segment) ? '[^/]*' : segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
  const [start = ''] = template.split('{');
  return { start, whole: new RegExp(`^${segments.join('/')}$`, 's') };
}

function isTurn(on: Fault['on'], occurrence: number): boolean {
  if (on === undefined) return true;
  const [from, to] = typeof on === 'number' ? [on, on] : on;
  return occurrence >= from && occurrence <= to;
}

/** What befalls the answer on its way. */
export function mishapOf({ kind }: Partial<Fault> = {}): Answer['mishap'] {
  return kind === 'reset' || kind === 'reset-mid-body' || kind === 'hang' ? kind : undefined;
}
