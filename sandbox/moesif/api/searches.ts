/** Searches, by paths of both generations, and counts. https://www.moesif.com/docs/api */
import type { Document, Generation, Row, Scope } from '../contract.ts';
import { metricsOf, type Span } from '../data/metrics.ts';
import { readSearch } from '../search/body.ts';
import type { Kind } from '../search/mapping.ts';
import type { Within } from '../search/search.ts';
import { instantOf } from '../times.ts';
import type { World } from '../world.ts';
import { notActive } from './access.ts';
import { BASE, type Asked, type Operation } from './operation.ts';
import { illegal, invalid, Refusal, reply, unparsable } from './reply.ts';
import { searchableOf } from './searchables.ts';
import { bodyOf, parametersOf } from './sent.ts';

interface Searched {
  readonly path: string;
  readonly kind: Kind;
  readonly generation?: Generation;
  /** What it answers where all is well. */
  readonly status: 200 | 201;
  /** Whether it is about a span of time: of what happened, or of what somebody did. */
  readonly span: 'required' | 'metrics' | 'none';
}

const SEARCHES: readonly Searched[] = [
  { path: 'usermetrics/users', kind: 'users', generation: 'current', status: 200, span: 'metrics' },
  { path: 'companymetrics/companies', kind: 'companies', generation: 'current', status: 200, span: 'none' },
  { path: 'users', kind: 'users', generation: 'legacy', status: 201, span: 'none' },
  { path: 'companies', kind: 'companies', generation: 'legacy', status: 201, span: 'none' },
  { path: 'events', kind: 'events', status: 201, span: 'required' },
];

const scopeOf = (kind: Kind): Scope => `read:${kind}`;

export const SEARCH_OPERATIONS: readonly Operation[] = SEARCHES.map((searched) => ({
  path: `${BASE}/search/${searched.path}`,
  method: 'POST',
  ...(searched.generation && { generation: searched.generation }),
  scope: scopeOf(searched.kind),
  answer: (asked: Asked) => answerSearch(searched, asked),
}));

export const COUNT_OPERATIONS: readonly Operation[] = (['users', 'companies', 'events'] as const).map(
  (kind) => ({
    path: `${BASE}/count/${kind}`,
    method: 'POST',
    scope: scopeOf(kind),
    answer: (asked) => {
      const { query, ...rest } = bodyOf(asked.incoming);
      const [unknown] = Object.keys(rest);
      if (unknown !== undefined) throw unparsable(`request does not support [${unknown}]`);
      const within = withinOf(asked, kind, kind === 'events' ? 'required' : 'none');
      const request = readSearch({ size: 0, ...(query !== undefined && { query }) }, kind);
      const { total } = asked.search.run(searchableOf(asked.world, kind), request, within, true);
      return reply(200, { count: total });
    },
  }),
);

function answerSearch({ kind, status, span: about }: Searched, asked: Asked) {
  const { world, search, options, incoming } = asked;
  const within = withinOf(asked, kind, about);
  const request = readSearch(bodyOf(incoming), kind);
  const isInteger = options.total !== 'object';
  const { hits, total, isLeast } = search.run(searchableOf(world, kind), request, within, isInteger);
  return reply(status, {
    took: 4 + hits.length,
    timed_out: false,
    hits: {
      total: isInteger ? total : { value: total, relation: isLeast ? 'gte' : 'eq' },
      hits: hits.map(({ document, sort }) => ({
        ...(!isInteger && { _index: kind }),
        _id: document._id,
        _score: null,
        _source: request.show(within.shown(document)),
        ...(sort && { sort }),
      })),
    },
  });
}

/** What the parameters say of what is searched, and what is shown of it. */
function withinOf(
  { world, options, appId, incoming }: Asked,
  kind: Kind,
  about: Searched['span'],
): Within & { readonly shown: (document: Document) => Row } {
  const known = about === 'none' ? ['app_id', 'time_zone'] : ['from', 'to', 'app_id', 'time_zone'];
  const parameters = parametersOf(incoming.url, known);
  expectZone(parameters['time_zone']);
  const span = spanOf(parameters, about === 'required');
  // Of another application there is nothing to be seen, and nobody says that it is not there.
  const isOther = parameters['app_id'] !== undefined && parameters['app_id'] !== appId;
  const shown = ({ _source }: Document) => _source;
  if (isOther) return { key: 'nothing', test: () => false, shown };
  if (!span) return { key: 'all', shown };
  const key = `${span.from} ${span.to}`;
  if (kind === 'events') return { key, time: span, shown };
  if (options.metrics === false) throw new Refusal(notActive());
  return { key, ...byCalls(world, span) };
}

/** Only users who called in the time, each with what they did in it. The name of it is unverified. */
function byCalls({ times }: World, span: Span) {
  const metrics = (user: Document) => metricsOf(user, span, times);
  return {
    test: (document: Document) => metrics(document) !== undefined,
    shown: (document: Document) => ({ ...document._source, last24HourAggResults: metrics(document) }),
  };
}

/** Absolute times alone: a relative one begins with a day or an hour of the calendar, which nobody means. */
function spanOf({ from, to }: Readonly<Record<string, string>>, isRequired: boolean): Span | undefined {
  if (from === undefined && to === undefined && !isRequired) return undefined;
  const [start, end] = [from, to].map((text) => (/Z$/.test(text ?? '') ? instantOf(text) : undefined));
  if (start === undefined || end === undefined)
    throw invalid('from and to are both required, as ISO 8601 instants in UTC');
  if (start > end) throw invalid('from must not be later than to');
  return { from: start, to: end };
}

function expectZone(zone: string | undefined): void {
  if (zone === undefined) return;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    throw illegal(`Unknown time-zone ID: ${zone}`);
  }
}
