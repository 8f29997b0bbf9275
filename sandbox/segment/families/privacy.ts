/** What was asked to be forgotten, in the workspace and in each source, and whose data is dropped. */
import { byId, owned, untold } from '../api/lists.ts';
import { below } from '../below.ts';
import type { Row } from '../contract.ts';
import { regulations, suppression } from '../data/privacy.ts';
import type { Family } from '../family.ts';
import type { World } from '../world.ts';

const ofWorkspace = below(['id'], ({ seed, clock }: World) =>
  regulations({ seed, now: clock.now(), every: 13, shift: 5 }),
);

/** The first source has none, as one that came later. */
const ofSource = below(['id'], ({ seed, clock, estate }: World, source: Row) => {
  const position = estate.sources.findIndex(({ id }) => id === source['id']);
  return position < 1 ? [] : regulations({ seed, now: clock.now(), every: 30, shift: position });
});

/** The lists that the workspace holds have no id outside of here. */
const lists = (world: World) =>
  world.list('suppressions').map(({ subjectType, subjectIds }) => ({ subjectType, subjectIds }));

/** Each subject once, in however many lists it is. */
function subjects(world: World): Iterable<Row> {
  const rows = new Map<string, Row>();
  for (const { subjectType, subjectIds } of lists(world)) {
    for (const subjectId of subjectIds as string[])
      rows.set(JSON.stringify([subjectType, subjectId]), { subjectType, subjectId });
  }
  return rows.values();
}

const FILTERS = ['status', 'regulationTypes'];

export const privacy: Family = {
  // Nine lists of nine subjects in all: as many pages, which test/faults/needs.ts counts by subjects.
  collections: { suppressions: { size: () => 9, make: suppression } },
  operations: [
    {
      path: '/regulations',
      list: 'regulations',
      ...untold,
      end: 'absent',
      parameters: FILTERS,
      ...ofWorkspace.at(() => []),
    },
    {
      path: '/regulations/sources/{id}',
      list: 'regulations',
      ...untold,
      end: 'absent',
      parameters: FILTERS,
      ...ofSource.at((asked) => [byId('sources', asked, asked.id)]),
    },
    {
      path: '/suppressions',
      list: 'suppressed',
      ...untold,
      end: 'null',
      ...owned('suppressions'),
      rows: ({ world }) => lists(world),
    },
  ],
  tables: {
    regulations: { key: ['id'], rows: ofWorkspace },
    source_regulations: {
      key: ['sourceId', 'id'],
      rows: (world) =>
        world.sources.flatMap((source) =>
          ofSource(world, source).map((row) => ({ ...row, sourceId: source['id'] })),
        ),
    },
    suppressions: { key: ['subjectType', 'subjectId'], rows: subjects },
  },
};
