/** Which table a request was made for. */
import type { LoggedRequest } from '../../sandbox/kit/contract.ts';
import { matches } from '../../sandbox/kit/faults.ts';
import type { SourceKit } from './sources.ts';

/** Tells the table of a request; '' for one that was made for none. */
export function tableFinder({ streams, tableOf }: SourceKit): (asked: LoggedRequest) => string {
  // One that is made of other tables asks for none of them by itself.
  const templates = streams
    .filter(({ joins }) => joins === undefined)
    .map(({ name, endpoint }) => ({ name, path: endpoint.replace(/^[A-Z]+ |\?.*$/g, '') }));
  return (asked) =>
    tableOf?.(asked) ?? templates.find((template) => matches(template.path, asked.path))?.name ?? '';
}
