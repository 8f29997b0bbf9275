import type { Row } from '../../engine/stream.ts';
import type { MixpanelConfig } from './config.ts';
import { columnOf } from './names.ts';

/** Names whose column is remembered: a project has thousands at most, unless it makes names of its values. */
const MOST_NAMES = 50_000;

/** The column that holds all properties where they have none of their own. */
const PROPERTIES = 'properties';

/** Puts the properties of a row beside the columns of ours, as the config wants them. */
export type Spread = (row: Row, properties: Row) => Row;

export function spreader(
  config: MixpanelConfig,
  own: ReadonlySet<string>,
  options: {
    /** Those of the catalog. */
    readonly columns?: ReadonlySet<string> | undefined;
    /** Properties that are columns of ours. */
    readonly taken?: readonly string[];
  } = {},
): Spread {
  const { columns, taken = [] } = options;
  const isSelected = selection(config);
  const isWanted = (name: string) => !taken.includes(name) && isSelected(name);
  if (config.properties_as === 'json')
    return (row, properties) => ({ ...row, [PROPERTIES]: only(properties, isWanted) });
  const isKnown = config.select_properties_by_default === false ? columns : undefined;
  const known = new Map<string, string | undefined>();
  const find = (name: string) => {
    const column = columnOf(name, own);
    const found = isWanted(name) && (isKnown?.has(column) ?? true) ? column : undefined;
    if (known.size >= MOST_NAMES) known.clear();
    known.set(name, found);
    return found;
  };
  return (row, properties) => {
    for (const name of Object.keys(properties)) {
      const column = known.get(name) ?? (known.has(name) ? undefined : find(name));
      if (column !== undefined) put(row, column, properties[name]);
    }
    return row;
  };
}

/** Whether a property is wanted, by its name at Mixpanel. */
export function selection({
  include_properties: include,
  exclude_properties: exclude = [],
}: MixpanelConfig): (name: string) => boolean {
  const [wanted, unwanted] = [include && new Set(include), new Set(exclude)];
  return (name) => (wanted?.has(name) ?? true) && !unwanted.has(name);
}

function only(properties: Row, isWanted: (name: string) => boolean): Row {
  const row: Row = {};
  for (const name of Object.keys(properties)) if (isWanted(name)) put(row, name, properties[name]);
  return row;
}

/** Sets a field of any name: `__proto__` would set something else. */
function put(row: Row, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(row, name, { value, enumerable: true, configurable: true, writable: true });
  else row[name] = value;
}
