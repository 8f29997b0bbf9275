/** What the tables are, and what they hold. */
import type { Stream } from '../../src/engine/stream.ts';
import type { Topic } from '../kit/sources.ts';
import { names, table } from './markdown.ts';

type Table = Stream<never>;

/** What is told of a table; what none of a source's tables has is left out. */
const FACTS: readonly (readonly [head: string, of: (stream: Table) => string])[] = [
  ['What it holds', ({ description }) => description],
  ['Request', ({ endpoint, docs }) => `[\`${endpoint}\`](${docs})`],
  ['Key', ({ primaryKey }) => (primaryKey.length > 0 ? names(primaryKey) : 'none: appended')],
  ['Cursor', ({ cursor }) => (cursor === undefined ? '' : names([cursor]))],
  ['Reads first', (stream) => names(listsOf(stream).map(({ name }) => name))],
  ['A minute', ({ requestsPerMinute: limit }) => (limit === undefined ? '' : `${limit}`)],
  ['Needs', ({ gate }) => gate ?? ''],
];

const listsOf = ({ parent, joins = [] }: Table) =>
  [...(parent ? [parent] : []), ...joins].map(({ stream }) => stream);

/** A table for each topic; `columnsAt` is where the headings of the tables' columns are: a document, or '' for this one. */
export function streamsByTopic(topics: readonly Topic[], columnsAt: string): string {
  const all = topics.flatMap(({ streams }) => streams);
  const facts = FACTS.filter(([, of]) => all.some((stream) => of(stream) !== ''));
  const rowOf = (stream: Table) => [
    `[\`${stream.name}\`](${columnsAt}#${stream.name})`,
    ...facts.map(([, of]) => of(stream)),
  ];
  const head = ['Table', ...facts.map(([name]) => name)];
  return topics
    .map(({ title, streams }) => `#### ${title}\n\n${table(head, streams.map(rowOf))}`)
    .join('\n\n');
}

/** All tables on a page, those that can be read incrementally with a star. */
export function topicsAtAGlance(topics: readonly Topic[]): string {
  const starred = ({ name, cursor }: Table) => `\`${name}\`${cursor === undefined ? '' : '\\*'}`;
  return table(
    ['About', 'Tables'],
    topics.map(({ title, streams }) => [title, streams.map(starred).join(', ')]),
  );
}

/** What is masked, by how: whole fields, and those in which credentials are looked for. */
export function secrets(streams: readonly Table[]): string {
  const fields = (how: 'all' | 'credentials') =>
    streams.flatMap(({ name, secrets = {} }) =>
      Object.entries(secrets).flatMap(([field, mask]) => (mask === how ? [`\`${name}.${field}\``] : [])),
    );
  return table(
    ['What', 'Where'],
    [
      ['The whole value', fields('all').join(', ')],
      ['Whatever is recognized as a credential', fields('credentials').join(', ')],
    ],
  );
}
