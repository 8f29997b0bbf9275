/**
 * JSON Schema (draft-07) as Airbyte reads it, in a few words.
 *
 * Every builder takes our own short description of the field. A field is nullable unless it is wrapped in
 * `required`: an API that omits a field, or sends null, is normal; a required field that is missing is a change
 * of shape. Types: https://docs.airbyte.com/platform/understanding-airbyte/supported-data-types
 */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly format?: string;
  readonly airbyte_type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly additionalProperties?: boolean;
}

export interface ObjectSchema extends JsonSchema {
  readonly properties: Readonly<Record<string, JsonSchema>>;
}

export interface StreamSchema extends ObjectSchema {
  readonly $schema: string;
  readonly type: 'object';
}

const nullable = (type: string, description: string, rest: JsonSchema = {}): JsonSchema => ({
  type: ['null', type],
  description,
  ...rest,
});

export const string = (description: string) => nullable('string', description);
export const number = (description: string) => nullable('number', description);
export const boolean = (description: string) => nullable('boolean', description);

/** An ISO 8601 instant with its zone, passed through as the API wrote it. */
export const timestamp = (description: string) =>
  nullable('string', description, { format: 'date-time', airbyte_type: 'timestamp_with_timezone' });

/** An integer of any size, which the API writes as a string; it stays one. */
export const bigint = (description: string) => string(description);

export const array = (items: JsonSchema, description: string) => nullable('array', description, { items });

/** An object with known fields; unknown ones pass through too. */
export const object = (properties: Record<string, JsonSchema>, description: string): ObjectSchema => ({
  ...nullable('object', description),
  properties,
  additionalProperties: true,
});

/** An object whose fields only its owner knows (settings and the like). */
export const freeObject = (description: string) =>
  nullable('object', description, { additionalProperties: true });

/** Any JSON value at all. */
export const anything = (description: string): JsonSchema => ({ description });

/** The same field, never null: for keys and cursors. */
export function required(schema: JsonSchema): JsonSchema {
  const [type] = [schema.type].flat().filter((type) => type !== 'null');
  return type === undefined ? schema : { ...schema, type };
}

/** The schema of a stream's records. */
export const record = (properties: Record<string, JsonSchema>): StreamSchema => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  properties,
  additionalProperties: true,
});

/** The same record with more fields, for what we inject. */
export const extend = (schema: StreamSchema, properties: Record<string, JsonSchema>): StreamSchema =>
  record({ ...schema.properties, ...properties });
