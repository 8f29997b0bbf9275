import { HttpError } from '../../http/errors.ts';
import type { MoesifApi } from './api.ts';
import { CUT_SHORT, type Hit } from './hits.ts';

/** The object with a user's metrics in an answer of the search that has them. Its name is *unverified*: in no document. */
const ROLLUP = 'last24HourAggResults';

/** Who cannot be told is refused so. */
const CLOSED: readonly (number | undefined)[] = [400, 401, 402, 403, 404, 405, 410];

/** Refused, or of another shape, which no document has of this search; anything else is an error as everywhere. */
const isClosedBy = ({ kind, status, message }: HttpError): boolean =>
  kind === 'malformed' ? !message.startsWith(CUT_SHORT) : kind === 'status' && CLOSED.includes(status);

/**
 * The rollups of the last 24 hours, by user. Where Moesif has no such search, or not for this key, there are none: that is said
 * once, and not asked again.
 */
export class Metrics {
  readonly #api: MoesifApi;
  #isClosed = false;
  #isTold = false;

  constructor(api: MoesifApi) {
    this.#api = api;
  }

  /** Of those of these users (their hits' ids) who made calls. Throws HttpError. */
  async of(ids: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
    if (this.#isClosed) return new Map();
    try {
      const hits = [...(await this.#api.metricsOf(ids)).values()];
      const rollups = hits.flatMap((hit) => rollupOf(hit));
      if (hits[0] && rollups.length === 0) this.#tellOfOthers(hits[0]);
      return new Map(rollups);
    } catch (error) {
      if (!(error instanceof HttpError) || !isClosedBy(error)) throw error;
      // It is about the metrics alone as long as users are still to be had: else the key has been revoked, say.
      await this.#api.first('users');
      this.#isClosed = true;
      const status = error.status === undefined ? '' : `HTTP ${error.status}, `;
      this.#api.log(
        'WARN',
        `identify_calls: Moesif does not give the metrics of users (${status}"${error.message}"), so the trait ${ROLLUP} ` +
          'is left out.',
      );
      return new Map();
    }
  }

  /** Where the metrics have another name, whoever sees it can say which one. */
  #tellOfOthers({ fields }: Hit): void {
    if (this.#isTold) return;
    this.#isTold = true;
    const names = Object.keys(fields).sort().join(', ');
    this.#api.log(
      'WARN',
      `identify_calls: Moesif gives users with metrics no ${ROLLUP}, so it is left out; please report what they have: ${names}.`,
    );
  }
}

const rollupOf = ({ id, fields }: Hit): [string, unknown][] => {
  const rollup = fields[ROLLUP];
  return rollup === undefined || rollup === null ? [] : [[id, rollup]];
};
