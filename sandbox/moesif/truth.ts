/**
 * The truth, table by table: what a connector has to have in the end, told without any API in between. `messageId`, which
 * it makes itself, is not part of it.
 */
import { lossless } from '../kit/json.ts';
import { groupCall, identifyCall } from './calls.ts';
import type { Document, MoesifOptions, Row, Workspace } from './contract.ts';
import { metricsOf } from './data/metrics.ts';
import { DAY, inUtc } from './times.ts';
import type { World } from './world.ts';

type Includes = Pick<MoesifOptions, 'includeHeaders' | 'includeBodies' | 'metrics'>;

const KEYS: Readonly<Record<string, readonly string[]>> = {
  users: ['id'],
  companies: ['id'],
  identify_calls: ['userId'],
  group_calls: ['groupId'],
  events: ['id'],
};

export function truth(world: World, includes: Includes): Workspace {
  const tables: Record<string, () => Iterable<Row>> = {
    users: () => each(world.users.all(), rowOf),
    companies: () => each(world.companies.all(), rowOf),
    identify_calls: () => identifyCalls(world, includes),
    group_calls: () => each(world.companies.all(), groupCall),
    events: () => events(world, includes),
  };
  return { tables, keys: KEYS, now: () => world.clock.now() };
}

function* each(documents: Iterable<Document>, row: (document: Document) => Row): Generator<Row> {
  for (const document of documents) yield lossless(row(document)) as Row;
}

/** Columns that are times. Those further in stay as they are. */
const TIMES = ['created', 'modified_time', 'first_seen_time', 'last_seen_time'];

function rowOf({ _id, _source }: Document): Row {
  const row: Row = { ..._source, id: _id };
  for (const name of TIMES) if (name in row) row[name] = inUtc(row[name]) ?? row[name];
  return row;
}

function* identifyCalls(world: World, { metrics }: Includes): Generator<Row> {
  const companies = new Map<string, Document>();
  for (const company of world.companies.all()) companies.set(company._id, company);
  for (const company of [...companies.values()])
    if (typeof company._source['company_id'] === 'string')
      companies.set(company._source['company_id'], company);
  const { times } = world;
  const span = { from: times.now - DAY, to: times.now };
  for (const user of world.users.all()) {
    const company = companies.get(String(user._source['company_id']));
    const calls = metrics === false ? undefined : metricsOf(user, span, times);
    yield lossless(identifyCall(user, company, calls)) as Row;
  }
}

function* events({ events, clock }: World, { includeHeaders, includeBodies }: Includes): Generator<Row> {
  const hidden = [...(includeHeaders ? [] : ['headers']), ...(includeBodies ? [] : ['body'])];
  const shown = (message: unknown) =>
    Object.fromEntries(Object.entries(message as Row).filter(([name]) => !hidden.includes(name)));
  const now = clock.now();
  for (let index = 0; index < events.length; index += 1) {
    const { _id, _source, arrives = -Infinity } = events.at(index) ?? {};
    if (_id === undefined || _source === undefined || arrives > now) continue;
    const { request, response, ...rest } = _source;
    yield lossless({
      ...rest,
      id: _id,
      request_time: inUtc((request as Row)['time']),
      request: shown(request),
      ...('response' in _source && { response: shown(response) }),
    }) as Row;
  }
}
