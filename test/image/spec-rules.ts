/**
 * What Airbyte asks of a connector's spec beyond JSON Schema, as its acceptance tests assert it.
 * https://docs.airbyte.com/platform/connector-development/connector-specification-reference
 */
export interface SpecNode {
  readonly [keyword: string]: unknown;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, SpecNode>>;
  readonly items?: SpecNode;
  readonly oneOf?: readonly SpecNode[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly format?: string;
}

interface Place {
  /** `credentials.oneOf[0].client_id`; empty for the spec itself. */
  readonly path: string;
  /** Name of the property, where it is one. */
  readonly name?: string;
  /** A property of the spec itself. */
  readonly top: boolean;
}

/** What is wrong with a node, if anything. */
type Rule = (node: SpecNode, place: Place) => string | false | undefined;

/** The problems of a connectionSpecification, each with its place. */
export function specProblems(spec: SpecNode): string[] {
  return visit(spec, { path: '', top: false });
}

function visit(node: SpecNode, place: Place): string[] {
  const at = place.path || 'the spec';
  const own = RULES.flatMap((rule) => {
    const problem = rule(node, place);
    return problem ? [`${at}: ${problem}`] : [];
  });
  const below = (part: string) => (place.path === '' ? part : `${place.path}.${part}`);
  const properties = Object.entries(node.properties ?? {}).flatMap(([name, child]) =>
    visit(child, { path: below(name), name, top: place.path === '' }),
  );
  const options = (node.oneOf ?? []).flatMap((option, index) =>
    visit(option, { path: below(`oneOf[${index}]`), top: false }),
  );
  const items = node.items ? visit(node.items, { path: below('items'), top: false }) : [];
  return [...own, ...properties, ...options, ...items];
}

const FORBIDDEN = ['$ref', 'not', 'anyOf', 'allOf', 'if', 'then', 'else'].concat(
  ['patternProperties', 'prefixItems', 'dependentSchemas', 'dependentRequired'], //
);
const SECRETS = new Set(
  ['client_token', 'access_token', 'api_token', 'token', 'secret', 'client_secret', 'password', 'key'].concat(
    ['service_account_info', 'service_account', 'tenant_id', 'certificate', 'jwt', 'credentials'],
    ['app_id', 'appid', 'refresh_token'],
  ),
);
const SCALARS = ['string', 'integer', 'number'];
const DATE = '^[0-9]{4}-[0-9]{2}-[0-9]{2}$';
const DATE_TIME = '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z?$';

const hasTwice = (values: readonly unknown[]) => new Set(values).size < values.length;
const propertiesOf = (node: SpecNode) => Object.values(node.properties ?? {});

const RULES: readonly Rule[] = [
  (node) => {
    const used = FORBIDDEN.filter((keyword) => keyword in node);
    return used.length > 0 && `${used.join(', ')} is not understood`;
  },
  (node) => node.enum && hasTwice(node.enum) && 'a value stands twice in its enum',
  oneOf,
  (node, { name = '' }) =>
    SECRETS.has(name) &&
    SCALARS.includes(String(node.type)) &&
    !('const' in node) &&
    node['airbyte_secret'] !== true &&
    'sounds like a secret and is no airbyte_secret',
  ({ type }) =>
    Array.isArray(type) && !(type.length === 2 && type.includes('null')) && 'has more than one type',
  (node) =>
    node.type === 'object' &&
    propertiesOf(node).length === 0 &&
    !node.oneOf?.length &&
    'an object without properties',
  ({ type, items }) =>
    type === 'array' &&
    !(items && ['object', 'string', 'number', 'integer'].includes(String(items.type))) &&
    !items?.enum &&
    'an array of nothing definite',
  ({ pattern, format }) => {
    const dated = pattern === DATE ? 'date' : pattern === DATE_TIME ? 'date-time' : undefined;
    if (dated && format !== dated) return `a ${dated} by its pattern, without the format`;
    return (format === 'date' || format === 'date-time') && !pattern && `a ${format} without a pattern`;
  },
  (node) => {
    const orders = propertiesOf(node).flatMap(({ order, group }) =>
      order === undefined ? [] : [JSON.stringify([group, order])],
    );
    return hasTwice(orders) && 'two properties have the same order';
  },
  (node, { top }) => 'group' in node && !top && 'a group below the top',
  (node) =>
    'display_type' in node &&
    !(node.oneOf && ['dropdown', 'radio'].includes(String(node['display_type']))) &&
    'display_type is dropdown or radio, beside a oneOf',
  (node) =>
    'additionalProperties' in node &&
    node['additionalProperties'] !== true &&
    'additionalProperties must be true, as the platform adds its own',
];

/** A choice is an object whose options are told apart by one constant that all of them have. */
function oneOf({ type, oneOf: options }: SpecNode): string | undefined {
  if (!options) return undefined;
  if (type !== 'object') return 'a oneOf that is no object';
  if (options.some((option) => option.type !== 'object' || !option.properties))
    return 'an option that is no object with properties';
  const constants = options.map((option) =>
    Object.entries(option.properties ?? {}).flatMap(([name, node]) => ('const' in node ? [name] : [])),
  );
  const common = (constants[0] ?? []).filter((name) => constants.every((names) => names.includes(name)));
  if (common.length !== 1) return 'its options need one constant in common';
  const tags = options.map((option) => option.properties?.[common[0] ?? ''] ?? {});
  if (tags.some((tag) => tag.type !== 'string' || 'default' in tag || 'enum' in tag))
    return 'the constant of its options is a string, without default and enum';
  return hasTwice(tags.map((tag) => tag['const'])) ? 'two options have the same constant' : undefined;
}
