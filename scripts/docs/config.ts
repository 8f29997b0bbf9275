/** What a config can say, field by field, as the form shows it. */
import { code, table } from './markdown.ts';

interface Group {
  readonly title?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Field>>;
  /** The choices, each with fields of its own; one constant tells them apart. */
  readonly oneOf?: readonly Group[];
}

interface Field extends Group {
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly airbyte_secret?: boolean;
  readonly airbyte_hidden?: boolean;
}

export interface Spec {
  readonly connectionSpecification: Group;
}

/** A field, its path in the config, and the way to it in the form. */
interface Setting {
  readonly path: string;
  readonly way: string;
  readonly field: Field;
  readonly isRequired: boolean;
}

export const config = ({ connectionSpecification }: Spec): string =>
  table(
    ['Field', 'In the form', 'Default', 'What it is'],
    settingsIn(connectionSpecification).map(({ path, way, field, isRequired }) => [
      code(path),
      field.airbyte_hidden ? '(not shown)' : way,
      isRequired ? '**required**' : field.default === undefined ? '' : code(field.default),
      [field.description, valuesOf(field), field.airbyte_secret ? 'Kept as a secret.' : '']
        .filter(Boolean)
        .join(' '),
    ]),
  );

/** Each field, and after it those in it with its name before theirs; of a choice, those of each that can be made. */
function settingsIn({ required = [], properties = {} }: Group, at = '', choice = ''): Setting[] {
  return Object.entries(properties).flatMap(([name, field]) => {
    const path = `${at}${name}`;
    const way = field.const === undefined ? `${choice && `${choice}: `}${field.title ?? ''}` : choice;
    return [
      { path, way, field, isRequired: required.includes(name) },
      ...settingsIn(field, `${path}.`, ''),
      ...(field.oneOf ?? []).flatMap((option) => settingsIn(option, `${path}.`, option.title)),
    ];
  });
}

function valuesOf({ const: value, enum: values, minimum, maximum }: Field): string {
  if (value !== undefined) return `${code(value)}, where this is chosen.`;
  if (values) return `One of ${values.map(code).join(', ')}.`;
  return minimum === undefined || maximum === undefined ? '' : `${minimum} to ${maximum}.`;
}
