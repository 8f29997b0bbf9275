/** Everything that can be asked for, and where. */
import { matches } from '../../kit/faults.ts';
import { LOOKUPS } from './lookups.ts';
import type { Operation } from './operation.ts';
import { COUNT_OPERATIONS, SEARCH_OPERATIONS } from './searches.ts';

const OPERATIONS: readonly Operation[] = [...SEARCH_OPERATIONS, ...COUNT_OPERATIONS, ...LOOKUPS];

export const operationAt = (path: string): Operation | undefined =>
  OPERATIONS.find((operation) => matches(operation.path, path));

/** Those that a template of paths is about. */
export const operationsAt = (template: string): Operation[] =>
  OPERATIONS.filter(({ path }) => matches(template, path) || matches(path, template));

export const isSearch = (operation: Operation | undefined): boolean =>
  operation !== undefined && SEARCH_OPERATIONS.includes(operation);
