import type { Runtime } from '../../engine/runtime.ts';
import type { Session, Source } from '../../engine/source.ts';
import { DAY } from '../../engine/windows.ts';
import { views } from './access/views.ts';
import { SegmentApi } from './api.ts';
import { check } from './check.ts';
import { problems, startDate, type SegmentConfig } from './config.ts';
import { concurrencyOf, connect, type Haste } from './connect.ts';
import { explain } from './explain.ts';
import { auditForwarding } from './forward/audit-events.ts';
import { streams } from './streams/index.ts';

/** The source, less patient than it is by itself where `haste` says so. */
export const segmentWith = (haste: Haste = {}): Source<SegmentConfig, SegmentApi> => ({
  name: 'segment',
  streams,
  views,
  forwardings: [auditForwarding(haste)],
  problems,
  check,
  open: (config: SegmentConfig, runtime: Runtime): Session<SegmentApi> => {
    const api = connect(config, runtime, haste);
    return {
      api,
      startDate: startDate(config, runtime.clock.now()),
      lookback: (config.lookback_window_days ?? 1) * DAY,
      concurrency: concurrencyOf(config),
      includeSecrets: config.include_secrets ?? false,
      now: () => api.time(),
      explain: (error, stream, parent) => explain(error, stream, parent, api),
    };
  },
});

export const segment = segmentWith();
