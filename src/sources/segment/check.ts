import { configError, transientError, type ConnectorError } from '../../engine/errors.ts';
import type { Runtime } from '../../engine/source.ts';
import type { Row, Stream } from '../../engine/stream.ts';
import { DAY, floor, iso } from '../../engine/windows.ts';
import { HttpError } from '../../http/errors.ts';
import type { SegmentApi } from './api.ts';
import { otherRegion, regionOf, type Region, type SegmentConfig } from './config.ts';
import { connect } from './connect.ts';
import { explain, isOfTheWay, vendorTrouble } from './explain.ts';
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
  const probed = streams.filter(({ leavesTrace }) => !leavesTrace);
  const closed = await Promise.all(probed.map((stream) => probe(stream, api, deadline, runtime)));
  const count = closed.filter(Boolean).length;
  if (count > 0) runtime.log('WARN', `${count} of ${streams.length} tables cannot be read with this token.`);
}

/** The workspace behind the token, or the sentence on why there is none. */
async function reach(api: SegmentApi, config: SegmentConfig, runtime: Runtime): Promise<Row> {
  try {
    return await api.object('/');
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

/** Asks for one row of a table, as a plan or a role can keep it closed; logs where it is, and true then. */
async function probe(
  stream: Stream<SegmentApi>,
  api: SegmentApi,
  deadline: AbortSignal,
  runtime: Runtime,
): Promise<boolean> {
  const now = runtime.clock.now();
  const from = stream.windows?.unit === 'month' ? floor(now, 'month') : now - DAY;
  const window = { start: iso(from), end: iso(now) };
  let parent: Row = {};
  try {
    if (stream.parent) {
      const first = await firstRow(stream.parent.stream.read({ api, parent, window }));
      if (!first) return false;
      parent = first;
    }
    await firstRow(stream.read({ api, parent, window }));
    return false;
  } catch (error) {
    const verdict = deadline.aborted ? undefined : await explain(error, stream, parent, api);
    runtime.signal.throwIfAborted();
    if (!verdict || deadline.aborted) {
      runtime.log('WARN', `${stream.name}: not tried, Segment was too slow.`);
      return false;
    }
    if ('vanished' in verdict) return false;
    runtime.log('WARN', verdict.failure.message);
    return verdict.failure.failureType === 'config_error';
  }
}

async function firstRow(pages: AsyncIterable<readonly Row[]>): Promise<Row | undefined> {
  for await (const [row] of pages) return row;
  return undefined;
}
