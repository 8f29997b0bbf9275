import type { Lines, ReadContext, Row, Stream } from '../../../engine/stream.ts';
import { wholeDays } from '../../../engine/windows.ts';
import { HttpError } from '../../../http/errors.ts';
import { backoff } from '../../../http/retry.ts';
import { dayOf, EXPORT_PATH, type MixpanelApi } from '../api.ts';
import { isBroken } from '../broken.ts';
import { RowCopier } from '../event-bytes.ts';
import { recordsIn } from '../event-records.ts';
import { eventTime } from '../event-time.ts';
import { eventsIn, TerminatedEarly, type Event } from '../events.ts';
import { isEverything, spreader } from '../properties.ts';
import { halves, nameOf, type Range } from '../range.ts';
import { isTimeout } from '../refusals.ts';
import { event as schema } from '../schemas.ts';

/** Events that are held back at the begin of a range, so that one which fails at once brings none twice. */
const HELD = 5000;
/** Times that a range is asked for again which can be no smaller. */
const RETRIES = 5;

const OWN: ReadonlySet<string> = new Set(Object.keys(schema.properties));

/**
 * Days are not ordered within, so the state moves at the end of one only; and a day comes in one answer, however large. The
 * API knows no key: the look-back (attribution_window) writes its days again.
 */
export const events: Stream<MixpanelApi> = {
  name: 'export',
  description:
    'Every event with its properties, appended: an event comes again while its day is in the attribution window; ' +
    'one request per day, of 60 an hour',
  endpoint: `GET ${EXPORT_PATH}`,
  docs: 'https://developer.mixpanel.com/reference/raw-event-export',
  quota: 'export',
  primaryKey: [],
  schema,
  cursor: 'time',
  windows: wholeDays(1),
  async *read(context) {
    const { api, columns } = context;
    const rowOf = rowMaker(api, columns);
    const answers: Answers<readonly Event[]> = {
      of: (range) => eventsIn(api.exported(range)),
      count: (events) => events.length,
    };
    for await (const events of inRange(context, answers)) yield events.map(rowOf);
  },
  async *readLines(context, frame) {
    const { api, columns } = context;
    const rows = { rowOf: rowMaker(api, columns), copier: copierOf(api), frame };
    const answers: Answers<Lines> = {
      of: (range) => recordsIn(api.exportedBytes(range), rows),
      count: ({ count }) => count,
    };
    yield* inRange(context, answers);
  },
};

/** Answers to exports, in pieces as they come, and how many events there are in one. */
interface Answers<Piece> {
  of(range: Range): AsyncIterable<Piece>;
  count(piece: Piece): number;
}

async function* inRange<Piece>(
  { api, window }: ReadContext<MixpanelApi>,
  answers: Answers<Piece>,
): AsyncGenerator<Piece, void> {
  const today = dayOf(api.eventsNow());
  const [from, last] = [window.start.slice(0, 10), dayOf(Date.parse(window.end) - 1)];
  if (from <= today) yield* read(api, { from, to: last < today ? last : today }, answers);
}

/** Where some properties are left out, or all are in one column, each line is read. */
const copierOf = ({ config }: MixpanelApi): RowCopier | undefined =>
  isEverything(config) ? new RowCopier(eventTime(config), OWN) : undefined;

function rowMaker({ config }: MixpanelApi, columns: ReadonlySet<string> | undefined) {
  const timeOf = eventTime(config);
  const spread = spreader(config, OWN, { columns, taken: ['time', 'distinct_id'] });
  return ({ event, properties }: Event): Row => {
    const { time = null, distinct_id: id = null } = properties;
    return spread({ event, time: timeOf(time), time_epoch: time, distinct_id: id }, properties);
  };
}

/**
 * The events of a range: asked for again where the answer broke, and in halves where that does not help or the range takes
 * Mixpanel too long. What had been written by then is written again.
 */
async function* read<Piece>(
  api: MixpanelApi,
  range: Range,
  answers: Answers<Piece>,
): AsyncGenerator<Piece, void> {
  for (let failed = 0; ; failed += 1) {
    try {
      return yield* readOnce(answers, range);
    } catch (error) {
      if (!isUnfinished(error)) throw error;
      const parts = halves(range);
      const isTooLong = error instanceof TerminatedEarly || isTimeout(error);
      const isSplit = parts.length > 0 && (isTooLong || failed > 0);
      const how = isSplit ? 'is asked for in halves' : 'is asked for again';
      if (!isSplit && failed >= RETRIES) throw error;
      api.log('WARN', `export: the answer for ${nameOf(range)} broke (${error.message}); it ${how}.`);
      await api.clock.sleep(backoff(failed, api.clock.random()), api.signal);
      if (!isSplit) continue;
      for (const part of parts) yield* read(api, part, answers);
      return;
    }
  }
}

async function* readOnce<Piece>(answers: Answers<Piece>, range: Range): AsyncGenerator<Piece, void> {
  let held: Piece[] | undefined = [];
  let count = 0;
  for await (const piece of answers.of(range)) {
    if (!held) {
      yield piece;
      continue;
    }
    held.push(piece);
    count += answers.count(piece);
    if (count < HELD) continue;
    yield* held;
    held = undefined;
  }
  yield* held ?? [];
}

/** Whether an answer was not brought to its end. */
const isUnfinished = (error: unknown): error is HttpError =>
  isBroken(error) || (error instanceof HttpError && isTimeout(error));
