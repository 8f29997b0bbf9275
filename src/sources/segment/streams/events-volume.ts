import { configError, transientError } from '../../../engine/errors.ts';
import type { Row, Stream } from '../../../engine/stream.ts';
import { DAY, iso, wholeDays, type Window } from '../../../engine/windows.ts';
import { HttpError } from '../../../http/errors.ts';
import type { SegmentApi } from '../api.ts';
import { eventsVolume as schema } from '../schemas/counts.ts';
import {
  calledBy,
  Flattener,
  numbered,
  pieces,
  SETTLES,
  stillGrows,
  TWICE,
  type Dimensions,
} from './counts.ts';

const PATH = '/events/volume';
/** Series in one answer, at most. Whether it says that there are more is not documented (*unverified*). */
const MOST_SERIES = 5000;
/** Rows that go on at once. */
const BATCH = 200;

/** An answer is held until it is known to be whole: so many buckets of 5000 series are what memory bears. */
const DAYS = 14;
const LONGEST = { DAY: DAYS * DAY, HOUR: DAY };
const LENGTH = { DAY, HOUR: DAY / 24 };

const GROUPS = ['source', 'eventName', 'eventType'];
const DIMENSIONS: Dimensions = {
  sourceId: ({ source }) => (source as Row | null | undefined)?.['id'],
  eventName: ({ eventName }) => eventName,
  eventType: ({ eventType }) => eventType,
};

/** Why an answer may not be all: it ends at the limit, may be one page of several, or changed while it was paged. */
type Cut = 'limit' | 'page' | 'change';
type Pages<T> = AsyncGenerator<readonly Row[], T>;

/** How far back it goes is not documented (*unverified*): asked from the start date on. */
export const eventsVolume: Stream<SegmentApi> = {
  name: 'events_volume',
  description: `Events that came in, by day or hour, source, event name and type; one request per ${DAYS} days (by the hour: per day) and page, 60 a minute`,
  endpoint: `GET ${PATH}`,
  docs: 'https://docs.segmentapis.com/tag/Events',
  requestsPerMinute: 60,
  primaryKey: ['time', 'sourceId', 'eventName', 'eventType', 'granularity'],
  schema,
  cursor: 'time',
  windows: wholeDays(DAYS, { lag: SETTLES }),
  async *read({ api, window }) {
    for (const piece of pieces(window, api.now(), LONGEST[api.bucket], SETTLES)) yield* volume(api, piece);
  },
};

/** The counts of a range: in one answer, else in those of its halves, in the end in those of each event type. */
async function* volume(api: SegmentApi, range: Window): Pages<void> {
  const halves = halved(range, LENGTH[api.bucket]);
  const answer = yield* ask(api, range, { most: halves.length > 0 ? MOST_SERIES : Infinity });
  if (typeof answer !== 'string') yield* rowsOf(api, answer);
  else if (halves.length === 0) yield* byType(api, range);
  else for (const half of halves) yield* volume(api, half);
}

/** The counts of one bucket, type by type, as the API itself tells which there are. */
async function* byType(api: SegmentApi, range: Window): Pages<void> {
  for (const { eventType, total } of whole(api, range, yield* ask(api, range, { groups: ['eventType'] }))) {
    // What has no type cannot be asked for by it.
    if (typeof eventType !== 'string' || eventType === '')
      throw tooMany(api, range, `at once (${MOST_SERIES}), and some of them have no type to be asked for by`);
    const filter = numbered('eventType', [eventType]);
    const series = whole(api, range, yield* ask(api, range, { filter }));
    const sum = series.reduce((all, one) => all + Number(one['total']), 0);
    if (!(sum >= Number(total)))
      throw new HttpError('malformed', PATH, `${eventType} events that do not add up`);
    yield* rowsOf(api, series);
  }
}

function whole(api: SegmentApi, range: Window, answer: readonly Row[] | Cut): readonly Row[] {
  if (typeof answer !== 'string') return answer;
  if (answer === 'limit') throw tooMany(api, range, `(${MOST_SERIES} of one type)`);
  if (answer === 'page') throw new HttpError('malformed', PATH, 'a full page without "data.pagination"');
  throw transientError(
    `events_volume: the counts of ${range.start} changed while they were read; run it again.`,
  );
}

const tooMany = ({ bucket }: SegmentApi, { start }: Window, limit: string) =>
  configError(
    `events_volume: the ${bucket.toLowerCase()} from ${start} has more combinations of source, event name and event type ` +
      `than Segment gives ${limit}; ` +
      `${bucket === 'DAY' ? 'set "event_counts_granularity" to "HOUR"' : 'send fewer event names'}, or deselect the table.`,
  );

/** The series of a range, or why they may not be all. Each page is told by an empty one. */
async function* ask(
  api: SegmentApi,
  range: Window,
  options: { groups?: readonly string[]; filter?: Row; most?: number },
): Pages<readonly Row[] | Cut> {
  const { groups = GROUPS, filter, most = Infinity } = options;
  const query = {
    granularity: api.bucket,
    startTime: range.start,
    endTime: range.end,
    ...numbered('groupBy', groups),
    ...filter,
  };
  const series: Row[] = [];
  let [total, pages]: [unknown, number] = [undefined, 0];
  for await (const page of api.pages(PATH, 'result', { query, mayBeWhole: true })) {
    if (page.unpaged === page.rows.length) return 'page';
    if (series.length > 0 && page.total !== total) return 'change';
    [total, pages] = [page.total, pages + 1];
    series.push(...page.rows);
    if (Math.max(series.length, Number(total ?? 0)) > most) return 'limit';
    yield [];
  }
  if (new Set(series.map((one) => calledBy(DIMENSIONS, one))).size < series.length) {
    // One that moved to a later page has let another one slip through.
    if (pages > 1 && stillGrows(range, api.now())) return 'change';
    throw new HttpError('malformed', PATH, TWICE);
  }
  const points = series.reduce((sum, one) => sum + lengthOf(one['series']), 0);
  // Whether series are counted or their points is not documented either.
  // A series is given whole, so a limit of points is met where the longest one more would go beyond it.
  const longest = Math.max(0, ...series.map((one) => lengthOf(one['series'])));
  const isFull = points <= MOST_SERIES && points + longest > MOST_SERIES;
  const isCut = series.length === MOST_SERIES || isFull || series.length < Number(total ?? 0);
  return isCut ? 'limit' : series;
}

const lengthOf = (list: unknown) => (Array.isArray(list) ? list.length : 0);

function* rowsOf(api: SegmentApi, series: readonly Row[]): Generator<readonly Row[], void> {
  const flattener = new Flattener(PATH, DIMENSIONS, api.bucket);
  for (let at = 0; at < series.length; at += BATCH) yield flattener.rows(series.slice(at, at + BATCH));
}

/** Two parts of a range that meet between buckets (of so many ms); none where it is one bucket. */
function halved({ start, end }: Window, bucket: number): Window[] {
  const buckets = Math.ceil((Date.parse(end) - Date.parse(start)) / bucket);
  if (buckets < 2) return [];
  const middle = iso(Date.parse(start) + Math.ceil(buckets / 2) * bucket);
  return [
    { start, end: middle },
    { start: middle, end },
  ];
}
