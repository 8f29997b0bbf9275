import type { Row, Stream } from '../../../engine/stream.ts';
import { wholeDays } from '../../../engine/windows.ts';
import { HttpError } from '../../../http/errors.ts';
import { backoff } from '../../../http/retry.ts';
import { dayOf, EXPORT_PATH, type MixpanelApi } from '../api.ts';
import { isBroken } from '../broken.ts';
import { eventsIn, TerminatedEarly, type Event } from '../events.ts';
import { eventTime } from '../event-time.ts';
import { spreader } from '../properties.ts';
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
  async *read({ api, window, columns }) {
    const today = dayOf(api.eventsNow());
    const [from, last] = [window.start.slice(0, 10), dayOf(Date.parse(window.end) - 1)];
    if (from > today) return;
    const [rowOf, to] = [rowMaker(api, columns), last < today ? last : today];
    for await (const page of read(api, { from, to })) yield page.map(rowOf);
  },
};

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
async function* read(api: MixpanelApi, range: Range): AsyncGenerator<readonly Event[], void> {
  for (let failed = 0; ; failed += 1) {
    try {
      return yield* readOnce(api, range);
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
      for (const part of parts) yield* read(api, part);
      return;
    }
  }
}

async function* readOnce(api: MixpanelApi, range: Range): AsyncGenerator<readonly Event[], void> {
  let held: Event[] | undefined = [];
  for await (const events of eventsIn(api.exported(range))) {
    if (!held) {
      yield events;
      continue;
    }
    held.push(...events);
    if (held.length < HELD) continue;
    yield held;
    held = undefined;
  }
  if (held && held.length > 0) yield held;
}

/** Whether an answer was not brought to its end. */
const isUnfinished = (error: unknown): error is HttpError =>
  isBroken(error) || (error instanceof HttpError && isTimeout(error));
