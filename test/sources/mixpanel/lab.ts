import { createMixpanel, type Mixpanel, type MixpanelOptions } from '../../../sandbox/mixpanel/index.ts';
import type { MixpanelConfig } from '../../../src/sources/mixpanel/config.ts';
import { mixpanelWith } from '../../../src/sources/mixpanel/source.ts';
import { asRecord, story, type Row } from '../../support/messages.ts';
import { network } from '../../support/network.ts';
import { readFrom, type ReadingOptions, type ReadResult } from '../../support/reading.ts';

export const URL = 'https://127.0.0.1';
export const NOW = '2026-11-27T10:30:15.250Z';

/** A simulated project that answers from now on. */
export function project(options: MixpanelOptions = {}): Mixpanel {
  const sandbox = createMixpanel({ now: NOW, days: 20, eventsPerDay: 10, ...options });
  network.answerBy(sandbox);
  return sandbox;
}

interface ReadOptions extends ReadingOptions {
  readonly config?: Partial<MixpanelConfig>;
  /** Silence (ms, in real time) after which a request counts as lost. */
  readonly timeout?: number;
}

export const configOf = (sandbox: Mixpanel, more: Partial<MixpanelConfig> = {}): MixpanelConfig => ({
  ...(sandbox.config(URL) as MixpanelConfig),
  start_date: sandbox.firstDay,
  ...more,
});

/** A read of the simulated project. */
export function read(
  sandbox: Mixpanel,
  { config, timeout, ...options }: ReadOptions = {},
): Promise<ReadResult> {
  return readFrom(
    {
      sandbox,
      source: mixpanelWith(timeout === undefined ? {} : { timeout }),
      config: configOf(sandbox, config),
      secrets: sandbox.secrets,
    },
    options,
  );
}

/** One table of it. */
export async function readOne(sandbox: Mixpanel, name: string, options: ReadOptions = {}) {
  const { complete, messages, text } = await read(sandbox, { ...options, streams: [name] });
  return { complete, text, ...story(messages, name) };
}

/** Rows as text, sorted, so that two tables can be compared whatever their order is, and each row as often as it comes. */
export const sorted = (rows: Iterable<Row>): string[] =>
  [...rows]
    .map((row) => JSON.stringify(Object.entries(asRecord(row)).sort(([a], [b]) => (a < b ? -1 : 1))))
    .sort();

export const truthOf = (sandbox: Mixpanel, name: string): string[] =>
  sorted(sandbox.workspace.tables[name]?.() ?? []);
