/** Every column of every table. */
import type { JsonSchema } from '../../src/engine/schema.ts';
import type { Stream } from '../../src/engine/stream.ts';
import { names, table } from './markdown.ts';

/** A heading and a table for each; `heading` is `##`, or deeper where they are a part of a page. */
export function columns(streams: readonly Stream<never>[], heading: string): string {
  return streams
    .map(({ name, description, endpoint, docs, primaryKey, cursor, schema }) => {
      const kept = new Set([...primaryKey, ...(cursor === undefined ? [] : [cursor])]);
      const rows = fieldsOf(schema).map(({ path, node }) => [
        `\`${path}\`${kept.has(path) ? ' *' : ''}`,
        typeOf(node),
        node.description ?? '',
      ]);
      const facts = `${description}. [\`${endpoint}\`](${docs}), ${keyOf(primaryKey)}.`;
      return `${heading} ${name}\n\n${facts}\n\n${table(['Field', 'Type', 'What it is'], rows)}`;
    })
    .join('\n\n');
}

const keyOf = (fields: readonly string[]) => (fields.length > 0 ? `key ${names(fields)}` : 'no key');

/** Each field below a schema, with its path: `permissions[].resources[].id`. */
function fieldsOf(schema: JsonSchema, at = ''): { path: string; node: JsonSchema }[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, node]) => {
    const path = at === '' ? name : `${at}.${name}`;
    const below = node.items ? fieldsOf(node.items, `${path}[]`) : fieldsOf(node, path);
    return [{ path, node }, ...below];
  });
}

function typeOf({ type, format: form, items }: JsonSchema): string {
  const [name] = [type].flat().filter((one) => one !== 'null');
  if (name === undefined) return 'any JSON';
  if (form === 'date-time') return 'timestamp';
  return name === 'array' && items ? `array of ${typeOf(items)}s` : name;
}
