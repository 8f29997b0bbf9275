/** Names of events and properties; types only of those of profiles. */
import { EVENT_NAMES, EVENT_PROPERTIES } from '../data/events.ts';
import { PROFILE_TYPES } from '../data/profiles.ts';
import { BOTH, type Operation } from './operation.ts';
import { readChoice, readInteger } from './parameters.ts';
import { inJson } from './reply.ts';

/** Those of one type. Of others there is none, or one that no document knows. */
const TYPES: ReadonlySet<string> = new Set(['string', 'number', 'boolean', 'datetime', 'object', 'list']);
const MOST = { from: 1, to: 10_000 };
const asked = { family: 'query', open: BOTH } as const;

export const DISCOVERY: readonly Operation[] = [
  {
    ...asked,
    path: '{prefix}/events/properties/top',
    parameters: ['event', 'limit'],
    answer: ({ url, parameters }) => {
      const limit =
        readInteger(url, parameters, 'limit', MOST) ?? (parameters['event'] === undefined ? MOST.to : 10);
      // Not each of them is counted.
      const counted = EVENT_PROPERTIES.map(
        (name, index) => [name, index % 4 === 3 ? {} : { count: 6 }] as const,
      );
      return inJson(200, Object.fromEntries(counted.slice(0, limit)));
    },
  },
  {
    ...asked,
    path: '{prefix}/events/names',
    parameters: ['type', 'limit'],
    required: ['type'],
    answer: ({ url, parameters }) => {
      readChoice(url, parameters, 'type', ['general', 'unique', 'average']);
      const limit = readInteger(url, parameters, 'limit', MOST) ?? 255;
      return inJson(200, EVENT_NAMES.slice(0, limit));
    },
  },
  {
    ...asked,
    path: '{prefix}/engage/properties',
    parameters: ['limit'],
    rowsAt: 'results',
    answer: ({ url, parameters }) => {
      const limit = readInteger(url, parameters, 'limit', MOST) ?? 255;
      const told = [...PROFILE_TYPES].map(([name, [first = '', ...others]], index) => {
        const type =
          others.length === 0 && TYPES.has(first) ? first : index % 2 === 0 ? 'unknown' : undefined;
        return [name, { count: index + 1, ...(type !== undefined && { type }) }] as const;
      });
      return inJson(200, { status: 'ok', results: Object.fromEntries(told.slice(0, limit)) });
    },
  },
];
