import { Ajv, type ErrorObject } from 'ajv';
import formats from 'ajv-formats';

/** The part of a spec that a person fills in. */
export interface Spec {
  readonly connectionSpecification: SpecNode;
}

interface SpecNode {
  readonly airbyte_secret?: boolean;
  readonly pattern_descriptor?: string;
  readonly properties?: Readonly<Record<string, SpecNode>>;
  readonly oneOf?: readonly SpecNode[];
  /** The rest is for the validator. */
  readonly [keyword: string]: unknown;
}

/** What is wrong with a config, a sentence per field; values are never quoted, they may be secrets. `name`: what it is. */
export function configProblems(spec: Spec, config: unknown, name = 'the config'): string[] {
  const ajv = new Ajv({
    allErrors: true,
    strict: false,
    verbose: true,
    // The spec is ours, tested, and used once: to check it, and to polish the code for it, would only cost a start its time.
    validateSchema: false,
    meta: false,
    code: { optimize: false },
  });
  formats.default(ajv);
  const validate = ajv.compile(spec.connectionSpecification);
  if (validate(config)) return [];
  return [...new Set(ofChosen(validate.errors ?? []).map((error) => inWords(error, name)))];
}

/**
 * Of a choice (oneOf) a person has meant one option, which a field with a fixed value names: what the others lack is no
 * problem. Where none is named, that is the one.
 */
function ofChosen(errors: readonly ErrorObject[]): ErrorObject[] {
  const choices = errors.filter(({ keyword }) => keyword === 'oneOf');
  return choices.reduce<ErrorObject[]>(
    (left, choice) => {
      const options = choice.schema as readonly SpecNode[];
      const chosen = options.findIndex((option) => isNamed(option, choice.data));
      const [below, its] = [`${choice.schemaPath}/`, `${choice.schemaPath}/${chosen}/`];
      const others = left.filter((error) => error !== choice && !error.schemaPath.startsWith(below));
      if (chosen >= 0) return [...others, ...left.filter(({ schemaPath }) => schemaPath.startsWith(its))];
      // Of what is no object at all that is said already.
      return others.some(({ instancePath }) => instancePath === choice.instancePath)
        ? others
        : [...others, choice];
    },
    [...errors],
  );
}

const fixedIn = (option: SpecNode): [string, unknown][] =>
  Object.entries(option.properties ?? {}).flatMap(([name, field]) =>
    'const' in field ? [[name, field['const']]] : [],
  );

const isNamed = (option: SpecNode, data: unknown): boolean =>
  fixedIn(option).every(([name, value]) => (data as Record<string, unknown> | null)?.[name] === value);

function inWords(error: ErrorObject, name: string): string {
  const place = error.instancePath.slice(1).replaceAll('/', '.');
  if (error.keyword === 'required') {
    const { missingProperty } = error.params as { missingProperty: string };
    return `${[place, missingProperty].filter(Boolean).join('.')} is missing`;
  }
  if (error.keyword === 'additionalProperties') {
    const { additionalProperty } = error.params as { additionalProperty: string };
    return `${[place, additionalProperty].filter(Boolean).join('.')} is not known`;
  }
  const field = place === '' ? name : place;
  if (error.keyword === 'oneOf') {
    const fixed = (error.schema as readonly SpecNode[]).flatMap(fixedIn);
    return `${place}.${fixed[0]?.[0] ?? ''} must be one of ${fixed.map(([, value]) => String(value)).join(', ')}`;
  }
  if (error.keyword === 'enum') {
    const { allowedValues } = error.params as { allowedValues: unknown[] };
    return `${field} must be one of ${allowedValues.join(', ')}`;
  }
  const { pattern_descriptor: described }: SpecNode = error.parentSchema ?? {};
  if (error.keyword === 'pattern' && described !== undefined)
    return `${field} must have the form: ${described}`;
  if (error.keyword === 'minItems') return `${field} is an empty list; put something in, or leave it out`;
  if (error.keyword === 'format')
    return `${field} is not a valid ${String((error.params as { format: string }).format)}`;
  return `${field} ${error.message ?? 'is not valid'}`;
}

/** Top-level fields that the spec does not have; those with a leading underscore are the platform's. */
export function unknownFields(
  { connectionSpecification: { properties = {} } }: Spec,
  config: unknown,
): string[] {
  const names = typeof config === 'object' && config !== null ? Object.keys(config) : [];
  return names.filter((name) => !name.startsWith('_') && !Object.hasOwn(properties, name));
}

/** The strings of a config that its spec calls secret. */
export function secretsOf(node: SpecNode, config: unknown): string[] {
  if (node.airbyte_secret) return typeof config === 'string' ? [config] : [];
  if (typeof config !== 'object' || config === null) return [];
  const fields = Object.entries(node.properties ?? {});
  const below = fields.flatMap(([name, field]) =>
    secretsOf(field, (config as Record<string, unknown>)[name]),
  );
  return [...below, ...(node.oneOf ?? []).flatMap((option) => secretsOf(option, config))];
}
