/** Functions, one list a type; their versions; and where insert functions run. */
import { invalid } from '../api/errors.ts';
import { ALPHA, byId, found, owned, STABLE, untold } from '../api/lists.ts';
import type { Asked } from '../api/operation.ts';
import { below } from '../below.ts';
import type { Row } from '../contract.ts';
import {
  classOf,
  code,
  FUNCTION_TYPES,
  functionRow,
  instances,
  isInsert,
  versions,
} from '../data/functions.ts';
import { random } from '../../kit/random.ts';
import type { Family } from '../family.ts';
import type { World } from '../world.ts';

const FUNCTIONS = 13;

const functionOf = (asked: Asked): Row => byId('functions', asked, asked.path['id']);

function ofType({ world, query: { resourceType = '' } }: Asked): readonly Row[] {
  if (!FUNCTION_TYPES.includes(resourceType))
    throw invalid('resourceType', `must be one of ${FUNCTION_TYPES.join(', ')}`);
  return world.list('functions').filter((row) => row['resourceType'] === resourceType);
}

/** The insert function that a class id is of; one with its prefix is of none. */
const classAsked = ({ world, query }: Asked): Row =>
  found(world.list('functions').find((row) => isInsert(row) && classOf(row) === query['functionId']));

const versionsOf = below(['id'], ({ seed }: World, { id }: Row) => versions(seed, String(id)));
const instancesOf = below(['id'], ({ seed }: World, one: Row) => (isInsert(one) ? instances(seed, one) : []));

const eachFunction = (world: World, rowsOf: (world: World, one: Row) => readonly Row[]): Row[] =>
  world
    .list('functions')
    .flatMap((one) => rowsOf(world, one).map((row) => ({ ...row, functionId: one['id'] })));

export const functions: Family = {
  collections: {
    functions: { size: () => FUNCTIONS, make: functionRow },
  },
  operations: [
    {
      path: '/functions',
      list: 'functions',
      ...untold,
      end: 'absent',
      parameters: ['resourceType'],
      required: ['resourceType'],
      ...owned('functions', ofType),
    },
    {
      path: '/functions/{id}',
      versions: STABLE,
      get: (asked) => {
        const row = functionOf(asked);
        return { function: { ...row, code: code(random(asked.world.seed, String(row['id']))) } };
      },
    },
    {
      path: '/functions/{id}/versions',
      list: 'versions',
      versions: ALPHA,
      total: true,
      end: 'null',
      ...versionsOf.at((asked) => [functionOf(asked)]),
    },
    {
      path: '/insert-function-instances',
      list: 'instances',
      versions: ALPHA,
      total: false,
      end: 'absent',
      parameters: ['functionId'],
      required: ['functionId'],
      ...instancesOf.at((asked) => [classAsked(asked)]),
    },
  ],
  tables: {
    functions: { key: ['id'], rows: (world) => world.list('functions') },
    function_versions: {
      key: ['functionId', 'id'],
      rows: (world) => eachFunction(world, versionsOf),
    },
    insert_function_instances: {
      key: ['id'],
      rows: (world) => eachFunction(world, instancesOf),
    },
  },
};
