import type { Stream } from '../../src/engine/stream.ts';

/** How tables join: each field that is named after a table that has such an id, or is said to refer to one. */
export function diagram(streams: readonly Stream<never>[]): string {
  const byId = new Map(
    streams
      .filter(({ primaryKey }) => primaryKey.includes('id'))
      .map(({ name }) => [`${camel(name.replace(/^reverse_etl_/, '').replace(/s$/, ''))}Id`, name]),
  );
  const said = streams.flatMap(({ name, refersTo = {} }) =>
    Object.entries(refersTo).flatMap(([field, tables]) =>
      tables.map((held) => `  ${held} ||--o{ ${name} : ${/^\w+$/.test(field) ? field : `"${field}"`}`),
    ),
  );
  const named = streams.flatMap(({ name, schema }) =>
    Object.keys(schema.properties ?? {}).flatMap((field) => {
      const held = byId.get(field);
      return held === undefined || held === name || held === 'workspace'
        ? []
        : [`  ${held} ||--o{ ${name} : ${field}`];
    }),
  );
  const related = [...said, ...named];
  const read = streams.flatMap(({ name, parent, joins = [] }) =>
    [
      ...(parent ? [{ held: parent.stream.name, how: 'below' }] : []),
      ...joins.map(({ stream }) => ({ held: stream.name, how: 'joined' })),
    ].flatMap(({ held, how }) =>
      related.some((line) => line.startsWith(`  ${held} ||--o{ ${name} `))
        ? []
        : [`  ${held} ||--o{ ${name} : "${how}"`],
    ),
  );
  return ['```mermaid', 'erDiagram', ...[...related, ...read].sort(), '```'].join('\n');
}

function camel(name: string): string {
  return name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
