/** The workspace itself and its labels: single answers, without pages. */
import { STABLE } from '../api/lists.ts';
import type { Row } from '../contract.ts';
import type { Family } from '../family.ts';

const LABELS: readonly Row[] = ['prod', 'dev', 'ünïtéd'].flatMap((value) => [
  { key: 'environment', value, description: `Where it runs: ${value}` },
  { key: 'team', value },
]);

export const workspace: Family = {
  operations: [
    {
      path: '/labels',
      versions: STABLE,
      get: ({ world }) => ({ labels: LABELS.map((row) => world.leaving(row)) }),
    },
  ],
  tables: {
    labels: { key: ['key', 'value'], rows: () => LABELS },
    workspace: { key: ['id'], rows: (world) => [world.estate.identity] },
  },
};
