import type { Stream } from '../../../engine/stream.ts';
import type { MixpanelApi } from '../api.ts';
import { annotations } from './annotations.ts';
import { cohortMembers, cohorts } from './cohorts.ts';
import { engage } from './engage.ts';
import { events } from './export.ts';
import { funnels } from './funnels.ts';
import { revenue } from './revenue.ts';

/** Tables that answer one kind of question. */
interface Topic {
  readonly title: string;
  readonly streams: readonly Stream<MixpanelApi>[];
}

/** Every table of source-mixpanel, by what a person wants to know. Endpoint, key, cursor and parent: docs/mixpanel.md. @public */
export const topics: readonly Topic[] = [
  { title: 'What happened', streams: [events] },
  { title: 'Who they are', streams: [engage, cohorts, cohortMembers] },
  { title: 'What the reports say', streams: [funnels, annotations, revenue] },
];

/** The same by name. */
export const streams: readonly Stream<MixpanelApi>[] = topics
  .flatMap((topic) => topic.streams)
  .sort((a, b) => (a.name < b.name ? -1 : 1));
