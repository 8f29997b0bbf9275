/** Everything that can be asked for, and where. */
import { matches } from '../../kit/faults.ts';
import { ANNOTATIONS } from './annotations.ts';
import { COHORTS } from './cohorts.ts';
import { DISCOVERY } from './discovery.ts';
import { ENGAGE } from './engage.ts';
import { EXPORT } from './export.ts';
import { FUNNELS } from './funnels.ts';
import type { Operation } from './operation.ts';
import { REVENUE } from './revenue.ts';

const OPERATIONS: readonly Operation[] = [
  COHORTS,
  ENGAGE,
  ...DISCOVERY,
  ...FUNNELS,
  REVENUE,
  ...ANNOTATIONS,
  EXPORT,
];

const PREFIX = '{prefix}';
const PREFIXES = ['/api/query', '/api/2.0'];

/** Where an operation answers. */
const pathsOf = ({ path }: Operation): string[] =>
  path.startsWith(PREFIX) ? PREFIXES.map((prefix) => path.replace(PREFIX, prefix)) : [path];

export const operationAt = (path: string): Operation | undefined =>
  OPERATIONS.find((operation) => pathsOf(operation).some((own) => matches(own, path)));

/** Those that a template of paths is about. */
export const operationsAt = (template: string): Operation[] =>
  OPERATIONS.filter((operation) =>
    pathsOf(operation).some((own) => matches(template, own) || matches(own, template)),
  );
