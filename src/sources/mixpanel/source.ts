import type { Runtime } from '../../engine/runtime.ts';
import type { Session, Source } from '../../engine/source.ts';
import { DAY } from '../../engine/windows.ts';
import type { MixpanelApi } from './api.ts';
import { check } from './check.ts';
import { columns } from './columns.ts';
import { derivedSecrets, problems, startDate, type MixpanelConfig } from './config.ts';
import { connect, type Haste } from './connect.ts';
import { explain } from './explain.ts';
import { learnTime, learnTimeByEvents } from './notes.ts';
import { QUOTAS } from './quota.ts';
import { events } from './streams/export.ts';
import { streams } from './streams/index.ts';

/** The source, less patient than it is by itself where `haste` says so. */
export const mixpanelWith = (haste: Haste = {}): Source<MixpanelConfig, MixpanelApi> => ({
  name: 'mixpanel',
  streams,
  columns,
  problems,
  secrets: derivedSecrets,
  check,
  open: (config: MixpanelConfig, runtime: Runtime): Session<MixpanelApi> => {
    const api = connect(config, runtime, haste);
    let asked: Promise<void> | undefined;
    return {
      api,
      startDate: startDate(config, runtime.clock.now()),
      lookback: (config.attribution_window ?? 5) * DAY,
      concurrency: QUOTAS.query.concurrency,
      includeSecrets: true,
      now: async (stream) => {
        await (asked ??= learnTime(api));
        if (stream !== events) return api.projectNow();
        await learnTimeByEvents(api);
        return api.eventsNow();
      },
      windows: (stream) => (stream === events ? { days: config.export_window_days ?? 1 } : {}),
      // Those of the others are known later, or few.
      planned: (stream, parts) => {
        if (parts > 0 && (stream.windows ?? stream.parent))
          api.forecast.expect(stream.name, stream.quota === 'export' ? 'export' : 'query', parts);
      },
      explain: (error, stream, parent) => explain(error, stream, parent, api),
    };
  },
});

export const mixpanel = mixpanelWith();
