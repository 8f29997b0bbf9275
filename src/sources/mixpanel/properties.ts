import type { Row } from '../../engine/stream.ts';
import type { MixpanelConfig } from './config.ts';
import { columnOf } from './names.ts';
import { Shapes } from './shapes.ts';

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
  if (config.properties_as === 'json') {
    const shapes = new Shapes((name) => (isWanted(name) ? name : undefined));
    return (row, properties) => ({ ...row, [PROPERTIES]: shapes.fill({}, properties) });
  }
  const isKnown = config.select_properties_by_default === false ? columns : undefined;
  const shapes = new Shapes((name) => {
    const column = columnOf(name, own);
    return isWanted(name) && (isKnown?.has(column) ?? true) ? column : undefined;
  });
  return (row, properties) => shapes.fill(row, properties);
}

/** Whether all properties are, each in a column of its own. */
export const isEverything = (config: MixpanelConfig): boolean =>
  config.properties_as !== 'json' &&
  config.select_properties_by_default !== false &&
  config.include_properties === undefined &&
  (config.exclude_properties ?? []).length === 0;

/** Whether a property is wanted, by its name at Mixpanel. */
export function selection({
  include_properties: include,
  exclude_properties: exclude = [],
}: MixpanelConfig): (name: string) => boolean {
  const [wanted, unwanted] = [include && new Set(include), new Set(exclude)];
  return (name) => (wanted?.has(name) ?? true) && !unwanted.has(name);
}
