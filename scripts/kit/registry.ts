/** The tables of the connector: a view of the compiled registry. */
import { matches } from '../../sandbox/kit/faults.ts';

const REGISTRY = new URL('../../../build/src/sources/segment/streams/index.js', import.meta.url);

const { streams } = (await import(REGISTRY.href)) as {
  streams: readonly { name: string; endpoint: string; joins?: readonly unknown[] }[];
};
// One that is made of other tables asks for none of them by itself.
const templates = streams
  .filter(({ joins }) => joins === undefined)
  .map(({ name, endpoint }) => ({ name, path: endpoint.replace(/^GET |\?.*$/g, '') }));

/** The table that a request was made for; '' for one that was made for none. */
export const tableOf = (path: string): string => {
  return templates.find((template) => matches(template.path, path))?.name ?? '';
};
