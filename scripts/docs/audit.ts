/** What the names of audit events mean, as a table. */
import { ACTIONS, FORMERLY, NAMES_VERSION, SUBJECTS } from '../../src/sources/segment/audit/names.ts';
import { code, names, table } from './markdown.ts';

/** How the names of each area begin, in each of their editions. */
export function areas(): string {
  const rows = Object.entries(SUBJECTS).map(([area, subjects]) => [code(area), names(subjects)]);
  const formerly = Object.entries(FORMERLY).map(([former, present]) => `${code(former)} is ${code(present)}`);
  return `Version ${NAMES_VERSION} of the table. ${formerly.join(', ')}.\n\n${table(['Area', 'Begins with'], rows)}`;
}

export function actions(): string {
  const rows = Object.entries(ACTIONS).map(([action, { verbs, outcome }]) => [
    code(action),
    verbs.join(', '),
    outcome === null ? '' : code(outcome),
  ]);
  return table(['Action', 'By the words', 'Outcome'], rows);
}
