import type { Runtime } from '../../engine/runtime.ts';
import type { Session, Source } from '../../engine/source.ts';
import { DAY } from '../../engine/windows.ts';
import type { MixpanelApi } from './api.ts';
import { check } from './check.ts';
import { columns } from './columns.ts';
import { derivedSecrets, problems, startDate, type MixpanelConfig } from './config.ts';
import { connect, type Haste } from './connect.ts';
import { explain } from './explain.ts';
import { learnTime } from './notes.ts';
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
      // Events of new projects are counted by days of UTC; all else by those of the project.
      now: async (stream) => {
        await (asked ??= learnTime(api));
        return stream === events && !api.isOldProject ? api.now() : api.projectNow();
      },
      windows: (stream) => (stream === events ? { days: config.export_window_days ?? 1 } : {}),
      planned: (stream, parts) => {
        if (stream.name in PLANNED) api.forecast.expect(stream.name, PLANNED[stream.name] ?? 'query', parts);
      },
      explain: (error, stream, parent) => explain(error, stream, parent, api),
    };
  },
});

/** The tables whose parts tell how much they will ask for, and of which quota. */
const PLANNED: Readonly<Record<string, 'query' | 'export'>> = {
  export: 'export',
  cohort_members: 'query',
  funnels: 'query',
  revenue: 'query',
};

export const mixpanel = mixpanelWith();
