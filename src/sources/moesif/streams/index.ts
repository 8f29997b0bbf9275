import type { Stream } from '../../../engine/stream.ts';
import type { MoesifApi } from '../api.ts';
import { companies } from './companies.ts';
import { events } from './events.ts';
import { groupCalls } from './group-calls.ts';
import { identifyCalls } from './identify-calls.ts';
import { users } from './users.ts';

/** Tables that answer one kind of question. */
interface Topic {
  readonly title: string;
  readonly streams: readonly Stream<MoesifApi>[];
}

/** Every table of source-moesif, by what a person wants to know. Endpoint, key and cursor: docs/moesif.md. @public */
export const topics: readonly Topic[] = [
  { title: 'What Segment is told', streams: [identifyCalls, groupCalls] },
  { title: 'Who they are', streams: [users, companies] },
  { title: 'What happened', streams: [events] },
];

/** The same by name. */
export const streams: readonly Stream<MoesifApi>[] = topics
  .flatMap((topic) => topic.streams)
  .sort((a, b) => (a.name < b.name ? -1 : 1));
