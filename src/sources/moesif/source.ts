import { asConnectorError } from '../../engine/errors.ts';
import type { Runtime } from '../../engine/runtime.ts';
import type { Session, Source } from '../../engine/source.ts';
import { DAY } from '../../engine/windows.ts';
import { HttpError } from '../../http/errors.ts';
import type { MoesifApi } from './api.ts';
import { check } from './check.ts';
import { problems, startDate, type MoesifConfig } from './config.ts';
import { CONCURRENCY, connect, type Haste } from './connect.ts';
import { failureOf } from './explain.ts';
import { identifyForwarding } from './forward.ts';
import { streams } from './streams/index.ts';

/** The source, less patient than it is by itself where `haste` says so. */
export const moesifWith = (haste: Haste = {}): Source<MoesifConfig, MoesifApi> => ({
  name: 'moesif',
  streams,
  forwardings: [identifyForwarding(haste)],
  // Moesif's own name, which Airbyte's suites take for that of a secret.
  otherNames: { app_id: 'application_id' },
  problems,
  check,
  open: (config: MoesifConfig, runtime: Runtime): Session<MoesifApi> => {
    const api = connect(config, runtime, haste);
    return {
      api,
      startDate: startDate(config, runtime.clock.now()),
      lookback: (config.lookback_window_days ?? 1) * DAY,
      concurrency: CONCURRENCY,
      includeSecrets: config.include_secrets ?? false,
      now: () => api.time(),
      explain: async (error, { name }) => ({
        failure: error instanceof HttpError ? failureOf(error, name) : asConnectorError(error),
      }),
    };
  },
});

export const moesif = moesifWith();
