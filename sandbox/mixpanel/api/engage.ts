/** https://developer.mixpanel.com/reference/engage-query */
import type { Profile, Row } from '../contract.ts';
import { BOTH, type Asked, type Operation } from './operation.ts';
import { parsed, readChoice, readInteger, readTexts } from './parameters.ts';
import { inJson, invalid, missing, type Reply } from './reply.ts';
import type { Found } from './sessions.ts';
import { compares, readWhere, type Test } from './where.ts';

const LARGEST_PAGE = 1_000_000;

export const ENGAGE: Operation = {
  path: '{prefix}/engage',
  family: 'query',
  open: BOTH,
  isPosted: true,
  parameters: [
    'where',
    'output_properties',
    'session_id',
    'page',
    'page_size',
    'filter_by_cohort',
    'include_all_users',
  ],
  rowsAt: 'results',
  answer: engage,
};

function engage(asked: Asked): Reply {
  const { url, parameters, options, sessions } = asked;
  const largest = options.maxPageSize ?? LARGEST_PAGE;
  const size = readInteger(url, parameters, 'page_size', { from: 1, to: largest }) ?? Math.min(1000, largest);
  const page = readInteger(url, parameters, 'page', { from: 0, to: 999_999_999 }) ?? 0;
  const names = readTexts(url, parameters, 'output_properties');
  const { where, filter_by_cohort, include_all_users } = parameters;
  const request = JSON.stringify([where, names, size, filter_by_cohort, include_all_users]);
  const fresh = page === 0 ? find(asked) : undefined;
  const session = fresh ? sessions.begin({ request, found: fresh }) : (parameters['session_id'] ?? '');
  const found = fresh ?? sessions.find(session, request);
  if (!found) throw invalid(url, 'request for page in uncached query for params');
  const told = page === 0 || options.alwaysTotal === true;
  return inJson(200, {
    page,
    ...(told && { page_size: size }),
    session_id: session,
    status: 'ok',
    ...(told && { total: found.length }),
    results: slice(found, page * size, size).map(({ distinct_id, properties }) => ({
      $distinct_id: distinct_id,
      $properties: names ? pick(properties, names) : properties,
    })),
  });
}

function find(asked: Asked): Found {
  const { world, parameters } = asked;
  const test = readFilter(asked);
  const all = parameters['filter_by_cohort'] === undefined ? world.profiles.all() : ofCohort(asked);
  if (!test) return all;
  return slice(all, 0, all.length).filter(({ properties }) => {
    const seen = properties['$last_seen'];
    return typeof seen === 'string' && test(seen);
  });
}

function ofCohort({ world, url, parameters }: Asked): readonly Profile[] {
  const filter = parsed(parameters['filter_by_cohort'] ?? '') as { id?: unknown } | null | undefined;
  if (typeof filter?.id !== 'number') throw invalid(url, 'filter_by_cohort must be a JSON object with an id');
  const cohort = world.cohorts.find(({ row }) => row.id === filter.id);
  if (!cohort) throw invalid(url, `there is no cohort ${filter.id}`);
  if (cohort.isOrphan) throw missing('Missing Datagroup');
  const isWhole = readChoice(url, parameters, 'include_all_users', ['true', 'false']) !== 'false';
  return world.profiles.membersOf(cohort, isWhole);
}

/** Texts are compared letter by letter. */
function readFilter({ url, parameters }: Asked): Test<string> | undefined {
  const { where } = parameters;
  if (where === undefined) return undefined;
  const test = readWhere<string>(where, ['properties["$last_seen"]'], (operator, literal) => {
    const text = /^"(.*)"$/.exec(literal)?.[1];
    return text === undefined ? undefined : (seen) => compares(seen, operator, text);
  });
  if (!test) throw invalid(url, 'where is no expression that can be read');
  return test;
}

function slice(found: Found, from: number, size: number): Profile[] {
  const length = Math.max(0, Math.min(size, found.length - from));
  return Array.from({ length }, (_, index) => found.at(from + index)).filter((one) => one !== undefined);
}

const pick = (properties: Row, names: readonly string[]): Row =>
  Object.fromEntries(Object.entries(properties).filter(([name]) => names.includes(name)));
