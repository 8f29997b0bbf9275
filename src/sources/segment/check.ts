import { configError, transientError, type ConnectorError } from '../../engine/errors.ts';
import type { Runtime } from '../../engine/runtime.ts';
import type { Row, Stream } from '../../engine/stream.ts';
import { DAY, floor, iso } from '../../engine/windows.ts';
import { HttpError } from '../../http/errors.ts';
import type { SegmentApi } from './api.ts';
import { otherRegion, regionOf, type Region, type SegmentConfig } from './config.ts';
import { connect } from './connect.ts';
import { isOfTheWay } from '../../engine/trouble.ts';
import { explain, vendorTrouble } from './explain.ts';
import { streams } from './streams/index.ts';

/** A check ends by itself after this long (ms); the platform and people wait 30 s. */
const DEADLINE = 25_000;
const HASTE = { pageSize: 1, retries: 1, timeout: 8_000, longestWait: 3_000 };

/** The token reaches its workspace; what it cannot read there is logged, table by table. */
export async function check(config: SegmentConfig, runtime: Runtime): Promise<void> {
  const deadline = AbortSignal.timeout(DEADLINE);
  const hasty: Runtime = { ...runtime, signal: AbortSignal.any([runtime.signal, deadline]) };
  const api = connect(config, hasty, HASTE);
  const workspace = await reach(api, config, hasty).catch((error: unknown) => {
    runtime.signal.throwIfAborted();
    throw deadline.aborted ? transientError('Segment did not answer in time; check again later.') : error;
  });
  runtime.log(
    'INFO',
    `Connected to the workspace ${JSON.stringify(workspace['name'] ?? workspace['slug'])}.`,
  );
  const probed = streams.filter(
    (stream) => !stream.joins && !lineage(stream).some(({ leavesTrace }) => leavesTrace),
  );
  const firsts = firstRows(api, runtime.clock.now());
  const closed = await Promise.all(probed.map((stream) => probe(stream, firsts, api, deadline, runtime)));
  const lacking = new Set(probed.filter((_, index) => closed[index]));
  for (const { name, joins = [] } of streams) {
    const names = joins
      .map(({ stream }) => stream)
      .filter((stream) => lacking.has(stream) && isWanted(stream, api));
    if (names.length > 0)
      runtime.log(
        'WARN',
        `${name} is made of lists that this token cannot read, and incomplete where it needs them: ` +
          `${names.map((stream) => stream.name).join(', ')}.`,
      );
  }
  const count = lacking.size;
  if (count > 0)
    runtime.log(
      'WARN',
      `${count} of the ${probed.length} tables that were tried cannot be read with this token.`,
    );
}

/** A config can leave the groups out of what is made of them. */
const isWanted = ({ name }: Stream<SegmentApi>, { review }: SegmentApi): boolean =>
  review.hasGroups || !name.startsWith('group');

/** The workspace behind the token, or the sentence on why there is none. */
async function reach(api: SegmentApi, config: SegmentConfig, runtime: Runtime): Promise<Row> {
  try {
    return await api.workspace();
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    if (isOfTheWay(error)) throw vendorTrouble(error, 'check');
    if (error.status === 401) throw await whereTokenLives(config, runtime);
    if (error.status === 403) {
      throw configError(
        'This token may not use the Public API; it needs a Team or Business plan and a Public API token.',
      );
    }
    const where = config.api_url === undefined ? 'Segment' : 'api_url';
    throw configError(
      `${where} did not answer as Segment's Public API does (HTTP ${error.status ?? '-'}); check "api_url" and "region".`,
    );
  }
}

/** A token belongs to one region, and the other one answers as if it did not exist. */
async function whereTokenLives(config: SegmentConfig, runtime: Runtime): Promise<ConnectorError> {
  const region = regionOf(config);
  const other = otherRegion(region);
  if (config.api_url === undefined && (await lives(other, config, runtime))) {
    return configError(
      `This token belongs to a workspace in the ${other} region: set "region" to "${other}".`,
    );
  }
  return configError(
    'Segment does not accept this API token; create a Public API token (not a Config API token) as a Workspace Owner ' +
      'and put it into "api_token".',
  );
}

async function lives(region: Region, config: SegmentConfig, runtime: Runtime): Promise<boolean> {
  try {
    await connect(config, runtime, { ...HASTE, retries: 0, region }).object('/');
    return true;
  } catch {
    return false; // whatever is wrong there, the token is still refused here
  }
}

/** The table, and those that it hangs on, the nearest first. */
const lineage = (stream: Stream<SegmentApi>): Stream<SegmentApi>[] =>
  stream.parent ? [stream, ...lineage(stream.parent.stream)] : [stream];

/** The first row of a table as its children know it, below the first row of its parent; none where either has none. */
type FirstRows = (stream: Stream<SegmentApi>) => Promise<Row | undefined>;

/** Asks for each only once, however many children need it. */
function firstRows(api: SegmentApi, now: number): FirstRows {
  const asked = new Map<Stream<SegmentApi>, Promise<Row | undefined>>();
  const ask: FirstRows = async (stream) => {
    const from = stream.windows?.unit === 'month' ? floor(now, 'month') : now - DAY;
    const parent = stream.parent ? await first(stream.parent.stream) : {};
    if (!parent) return undefined;
    const context = { api, parent, window: { start: iso(from), end: iso(now) }, rowsOf: () => [] };
    for await (const [row] of stream.read(context)) return row && { ...row, ...stream.inject?.(context) };
    return undefined;
  };
  const first: FirstRows = (stream) => {
    const row = asked.get(stream) ?? ask(stream);
    asked.set(stream, row);
    return row;
  };
  return first;
}

/** Asks for one row of a table, as a plan or a role can keep it closed; logs where it is, and true then. */
async function probe(
  stream: Stream<SegmentApi>,
  firsts: FirstRows,
  api: SegmentApi,
  deadline: AbortSignal,
  runtime: Runtime,
): Promise<boolean> {
  let [parent, about]: [Row, Stream<SegmentApi>] = [{}, stream];
  try {
    for (about of lineage(stream).reverse()) {
      const row = await firsts(about);
      if (!row) return false;
      if (about !== stream) parent = row;
    }
    return false;
  } catch (error) {
    const verdict = deadline.aborted ? undefined : await explain(error, about, parent, api);
    runtime.signal.throwIfAborted();
    if (!verdict || deadline.aborted) {
      runtime.log('WARN', `${stream.name}: not tried, Segment was too slow.`);
      return false;
    }
    if (!('failure' in verdict)) return false;
    const { message, failureType } = verdict.failure;
    const needs = `${stream.name} needs the list of ${about.name}, which could not be read. `;
    runtime.log('WARN', about === stream ? message : needs + message);
    return failureType === 'config_error';
  }
}
