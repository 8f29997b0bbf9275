/**
 * The schemas against Segment's own models. The SDK's models are deep imports, as its entry point loads the dead
 * `request`. Its version is older than the API (73.2.0); `newerThanSdk` names what it lacks.
 */
import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import type { JsonSchema, StreamSchema } from '../../../src/engine/schema.ts';
import { group, groupMember, role, user } from '../../../src/sources/segment/schemas/access.ts';
import {
  audience,
  audienceReference,
  computedTrait,
} from '../../../src/sources/segment/schemas/audiences.ts';
import { auditEvent } from '../../../src/sources/segment/schemas/audit.ts';
import {
  catalogDestination,
  catalogSource,
  catalogWarehouse,
} from '../../../src/sources/segment/schemas/catalog.ts';
import {
  destinationCounts,
  destinationDiscards,
  eventsVolume,
  sourceCounts,
  sourceDiscards,
} from '../../../src/sources/segment/schemas/counts.ts';
import { credentialConsumer } from '../../../src/sources/segment/schemas/credentials.ts';
import { deliveryMetricsSummary } from '../../../src/sources/segment/schemas/delivery.ts';
import { destinationFilter } from '../../../src/sources/segment/schemas/destination-filters.ts';
import { destination, destinationSubscription } from '../../../src/sources/segment/schemas/destinations.ts';
import {
  functionRecord,
  functionVersion,
  insertFunctionInstance,
} from '../../../src/sources/segment/schemas/functions.ts';
import { regulation, sourceRegulation } from '../../../src/sources/segment/schemas/privacy.ts';
import { reverseEtlModel, reverseEtlSync } from '../../../src/sources/segment/schemas/reverse-etl.ts';
import { livePlugin, schemaSettings } from '../../../src/sources/segment/schemas/source-settings.ts';
import { source } from '../../../src/sources/segment/schemas/sources.ts';
import { profilesWarehouse, space } from '../../../src/sources/segment/schemas/spaces.ts';
import {
  trackingPlan,
  trackingPlanRule,
  trackingPlanSource,
} from '../../../src/sources/segment/schemas/tracking-plans.ts';
import { transformation } from '../../../src/sources/segment/schemas/transformations.ts';
import {
  apiCallsPerSource,
  apiCallsWorkspace,
  mtuPerSource,
  mtuWorkspace,
} from '../../../src/sources/segment/schemas/usage.ts';
import {
  warehouseSelectiveSync,
  warehouseSync,
  warehouseSyncSchedule,
} from '../../../src/sources/segment/schemas/warehouse-syncs.ts';
import {
  connectedSource,
  connectedWarehouse,
  warehouse,
  warehouseConnectionState,
} from '../../../src/sources/segment/schemas/warehouses.ts';

interface Case {
  readonly schema: StreamSchema;
  /** Model of the SDK behind the table. */
  readonly model: string;
  /** Key and cursor: the fields that are never null. */
  readonly keys: readonly string[];
  /** Fields of the API that the SDK's version lacks, undeclared live ones, and ours. */
  readonly newerThanSdk?: readonly string[];
  /** Fields of the SDK's version that the API no longer has. */
  readonly gone?: readonly string[];
}

const sourceMetadataNews = ['status', 'partnerOwned'];
const destinationMetadataNews = [
  'multiInstanceSupportedVersion',
  'actions[].fields[].hidden',
  'supportedPlatforms.linkedAudiences',
];
const inMetadata = (paths: readonly string[]) => paths.map((path) => `metadata.${path}`);
const inConfig = ['interval', 'days', 'hours', 'timezone', 'spec', 'jobId', 'accountId'];

const inAudienceOptions = ['filterByExternalIds', 'includeHistoricalData', 'backfillEventDataDays'];
const audienceNews = [
  'audienceType',
  'definition.targetEntity',
  ...inAudienceOptions.map((field) => `options.${field}`),
];
const inSchedules = [
  'id',
  'strategy',
  'nextExecution',
  ...['interval', 'days', 'hours', 'timezone'].map((field) => `config.${field}`),
];
const ofSum = ['eventName', 'eventType', 'granularity'];

const cases: Record<string, Case> = {
  audience: {
    schema: audience,
    model: 'AudienceSummary',
    gone: ['definition.type'],
    keys: ['spaceId', 'id'],
    newerThanSdk: [
      ...audienceNews,
      'computeCadence.type',
      ...['count', 'type', 'uniqueCount'].map((field) => `size.${field}`),
      ...inSchedules.map((field) => `schedules[].${field}`),
    ],
  },
  audienceReference: {
    schema: audienceReference,
    model: 'AudienceSummary',
    gone: ['definition.type'],
    keys: ['spaceId', 'audienceId', 'id'],
    newerThanSdk: ['audienceId', ...audienceNews],
  },
  auditEvent: {
    schema: auditEvent,
    model: 'AuditEventV1',
    keys: ['id', 'timestamp'],
    newerThanSdk: ['workspaceId', 'actorType', 'actorId', 'productArea', 'action', 'outcome', 'isAttempt'],
  },
  catalogDestination: {
    schema: catalogDestination,
    model: 'DestinationMetadataV1',
    keys: ['id'],
    newerThanSdk: destinationMetadataNews,
  },
  catalogSource: {
    schema: catalogSource,
    model: 'SourceMetadataV1',
    keys: ['id'],
    newerThanSdk: sourceMetadataNews,
  },
  catalogWarehouse: { schema: catalogWarehouse, model: 'WarehouseMetadataV1', keys: ['id'] },
  computedTrait: {
    schema: computedTrait,
    model: 'ComputedTraitSummary',
    keys: ['spaceId', 'id'],
    newerThanSdk: ['includeHistoricalData', 'includeAnonymousUsers', 'backfillDurationDays'].map(
      (field) => `options.${field}`,
    ),
  },
  deliveryMetricsSummary: {
    schema: deliveryMetricsSummary,
    model: 'DeliveryMetricsSummaryBeta',
    keys: ['sourceId', 'destinationId'],
    newerThanSdk: ['destinationId', 'startTime', 'endTime', 'granularity'],
  },
  destination: {
    schema: destination,
    model: 'DestinationV1',
    keys: ['id', 'sourceId'],
    newerThanSdk: inMetadata(destinationMetadataNews),
  },
  destinationFilter: { schema: destinationFilter, model: 'DestinationFilterV1', keys: ['id'] },
  destinationSubscription: {
    schema: destinationSubscription,
    model: 'DestinationSubscription',
    keys: ['id'],
    newerThanSdk: [
      'reverseETLSchedule.strategy',
      ...inConfig.map((field) => `reverseETLSchedule.config.${field}`),
    ],
  },
  credentialConsumer: {
    schema: credentialConsumer,
    model: 'SourceV1',
    keys: ['credentialId', 'consumerType', 'id'],
    newerThanSdk: ['credentialId', 'consumerType', ...inMetadata(sourceMetadataNews)],
  },
  eventsVolume: {
    schema: eventsVolume,
    model: 'SourceEventVolumeDatapointV1',
    keys: ['time', 'sourceId', 'eventName', 'eventType', 'granularity'],
    // Of the series that the sum is one of, and ours.
    newerThanSdk: ['sourceId', ...ofSum, 'source.id', 'source.name', 'source.slug'],
  },
  ...Object.fromEntries(
    Object.entries({ sourceCounts, sourceDiscards, destinationCounts, destinationDiscards }).map(
      ([name, schema]) => {
        const destination = name.startsWith('destination') ? ['destinationId'] : [];
        const reason = name.endsWith('Discards') ? ['discardReason'] : [];
        const added = ['sourceId', ...destination, ...ofSum, ...reason];
        const keys = ['time', ...added];
        return [name, { schema, model: 'DeliveryOverviewMetricsDatapoint', keys, newerThanSdk: added }];
      },
    ),
  ),
  group: { schema: group, model: 'UserGroupV1', keys: ['id'] },
  profilesWarehouse: { schema: profilesWarehouse, model: 'ProfilesWarehouseAlpha', keys: ['spaceId', 'id'] },
  space: { schema: space, model: 'Space', keys: ['id'] },
  reverseEtlModel: {
    schema: reverseEtlModel,
    model: 'ReverseEtlModel',
    keys: ['id'],
    gone: ['scheduleStrategy', 'scheduleConfig'],
  },
  reverseEtlSync: {
    schema: reverseEtlSync,
    model: 'ReverseETLSyncOutput',
    keys: ['subscriptionId', 'syncId'],
    newerThanSdk: ['subscriptionId'],
  },
  groupMember: {
    schema: groupMember,
    model: 'MinimalUserV1',
    keys: ['groupId', 'id'],
    newerThanSdk: ['groupId'],
  },
  regulation: { schema: regulation, model: 'RegulationListEntryV1', keys: ['id'] },
  role: { schema: role, model: 'RoleV1', keys: ['id'] },
  sourceRegulation: {
    schema: sourceRegulation,
    model: 'RegulationListEntryV1',
    keys: ['sourceId', 'id'],
    newerThanSdk: ['sourceId'],
  },
  functionRecord: { schema: functionRecord, model: 'ListFunctionItemV1', keys: ['id'] },
  functionVersion: {
    schema: functionVersion,
    model: 'Version',
    keys: ['functionId', 'id'],
    newerThanSdk: ['functionId'],
  },
  insertFunctionInstance: {
    schema: insertFunctionInstance,
    model: 'InsertFunctionInstanceAlpha',
    keys: ['id'],
    newerThanSdk: ['functionId'],
  },
  // Live plugins were edge functions once.
  livePlugin: {
    schema: livePlugin,
    model: 'EdgeFunctionsAlpha',
    keys: ['sourceId'],
    newerThanSdk: ['code'],
  },
  schemaSettings: {
    schema: schemaSettings,
    model: 'ListSchemaSettingsInSourceV1Output',
    keys: ['sourceId'],
  },
  source: {
    schema: source,
    model: 'SourceV1',
    keys: ['id'],
    newerThanSdk: inMetadata(sourceMetadataNews),
  },
  trackingPlan: {
    schema: trackingPlan,
    model: 'TrackingPlanV1',
    keys: ['id'],
    newerThanSdk: ['resourceSchemaId'],
  },
  trackingPlanRule: {
    schema: trackingPlanRule,
    model: 'RuleV1',
    keys: ['trackingPlanId', 'type', 'ruleKey', 'version'],
    newerThanSdk: ['trackingPlanId', 'ruleKey'],
  },
  trackingPlanSource: {
    schema: trackingPlanSource,
    model: 'SourceV1',
    keys: ['trackingPlanId', 'id'],
    newerThanSdk: [...inMetadata(sourceMetadataNews), 'trackingPlanId'],
  },
  transformation: {
    schema: transformation,
    model: 'TransformationV1',
    keys: ['id'],
    newerThanSdk: ['drop', 'workspaceId', 'destinationId', 'propertyDrops'],
  },
  apiCallsPerSource: {
    schema: apiCallsPerSource,
    model: 'SourceAPICallSnapshotV1',
    keys: ['sourceId', 'timestamp'],
  },
  apiCallsWorkspace: { schema: apiCallsWorkspace, model: 'APICallSnapshotV1', keys: ['timestamp'] },
  mtuPerSource: {
    schema: mtuPerSource,
    model: 'UsersPerSourceSnapshotV1',
    keys: ['sourceId', 'timestamp'],
  },
  mtuWorkspace: { schema: mtuWorkspace, model: 'MtuSnapshotV1', keys: ['timestamp'] },
  user: { schema: user, model: 'UserV1', keys: ['id'] },
  warehouse: { schema: warehouse, model: 'WarehouseV1', keys: ['id'] },
  connectedWarehouse: {
    schema: connectedWarehouse,
    model: 'WarehouseV1',
    keys: ['sourceId', 'id'],
    newerThanSdk: ['sourceId'],
  },
  connectedSource: {
    schema: connectedSource,
    model: 'SourceV1',
    keys: ['warehouseId', 'id'],
    newerThanSdk: [...inMetadata(sourceMetadataNews), 'warehouseId'],
  },
  warehouseConnectionState: {
    schema: warehouseConnectionState,
    model: 'GetConnectionStateFromWarehouseV1Output',
    keys: ['warehouseId'],
    newerThanSdk: ['warehouseId'],
  },
  warehouseSelectiveSync: {
    schema: warehouseSelectiveSync,
    model: 'WarehouseSelectiveSyncItemV1',
    keys: ['warehouseId', 'sourceId', 'collection'],
  },
  warehouseSync: {
    schema: warehouseSync,
    model: 'SyncV1',
    keys: ['warehouseId', 'sourceId', 'start'],
    newerThanSdk: ['warehouseId'],
  },
  warehouseSyncSchedule: {
    schema: warehouseSyncSchedule,
    model: 'GetAdvancedSyncScheduleFromWarehouseV1Output',
    keys: ['warehouseId'],
    newerThanSdk: ['warehouseId'],
  },
};

interface Attribute {
  readonly baseName: string;
  readonly type: string;
}

const require = createRequire(import.meta.url);

function attributes(model: string): readonly Attribute[] {
  const file = `${model[0]?.toLowerCase()}${model.slice(1)}.js`;
  const models = require(`@segment/public-api-sdk-typescript/dist/model/${file}`) as Record<
    string,
    { getAttributeTypeMap(): Attribute[] }
  >;
  return models[model]?.getAttributeTypeMap() ?? [];
}

/** Leaves of a schema as `path` -> type; `any` where it has none, `free` for an object without known fields. */
function schemaLeaves(schema: JsonSchema, path = ''): [string, string][] {
  const type = [schema.type].flat().find((name) => name !== 'null') ?? 'any';
  if (type === 'array') return schemaLeaves(schema.items ?? {}, `${path}[]`);
  if (type !== 'object') return [[path, type]];
  if (!schema.properties) return [[path, 'free']];
  return Object.entries(schema.properties).flatMap(([name, field]) =>
    schemaLeaves(field, path ? `${path}.${name}` : name),
  );
}

/** The same of a type of the SDK: a model, `Array<T>`, a free map, `Model.SomeEnum` or a primitive. */
function sdkLeaves(type: string, path = ''): [string, string][] {
  const item = /^Array<(.+)>$/.exec(type)?.[1];
  if (item) return sdkLeaves(item, `${path}[]`);
  if (type === '{ [key: string]: any; }') return [[path, 'free']];
  if (type.endsWith('Enum')) return [[path, 'string']];
  if (/^[a-z]/.test(type)) return [[path, type]];
  return attributes(type).flatMap(({ baseName, type: inner }) =>
    sdkLeaves(inner, path ? `${path}.${baseName}` : baseName),
  );
}

/** Every schema inside a schema, itself too, as `path` -> schema. */
function nodes(schema: JsonSchema, path: string): [string, JsonSchema][] {
  return [
    [path, schema],
    ...(schema.items ? nodes(schema.items, `${path}[]`) : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, field]) => nodes(field, `${path}.${name}`)),
  ];
}

const isNullable = (schema: JsonSchema) => schema.type === undefined || [schema.type].flat().includes('null');

describe.each(Object.entries(cases))('%s', (name, { schema, model, keys, newerThanSdk = [], gone = [] }) => {
  const [root, ...fields] = nodes(schema, name);

  test(`holds every field of the SDK's ${model}, at its depth and with its type`, () => {
    const expected = sdkLeaves(model).filter(([path]) => !gone.includes(path));
    expect(expected.length).toBeGreaterThan(0);
    expect(Object.fromEntries(schemaLeaves(schema))).toMatchObject(Object.fromEntries(expected));
  });

  test('holds the fields the SDK lacks, and no others', () => {
    const paths = (leaves: [string, string][]) => leaves.map(([path]) => path.replaceAll(/\[\]$/g, ''));
    const known = new Set(paths(sdkLeaves(model)));
    const extra = paths(schemaLeaves(schema)).filter((path) => !known.has(path));
    expect(extra.sort()).toEqual([...newerThanSdk].sort());
  });

  test('compiles as draft-07', () => {
    const ajv = new Ajv({ strict: false });
    formats.default(ajv);
    expect(schema.$schema).toBe('http://json-schema.org/draft-07/schema#');
    expect(() => ajv.compile(schema)).not.toThrow();
  });

  test('never null: the key and the cursor, and nothing else', () => {
    expect(root?.[1].type).toBe('object');
    const never = fields.filter(([, field]) => !isNullable(field)).map(([path]) => path);
    expect(never.sort()).toEqual(keys.map((key) => `${name}.${key}`).sort());
  });

  test('describes every field in one line without a full stop', () => {
    const wrong = fields.filter(([, { description }]) => !/^\S.{0,98}[^\s.]$/.test(description ?? ''));
    expect(wrong.map(([path]) => path)).toEqual([]);
  });

  test('has no references and no unions of schemas', () => {
    expect(JSON.stringify(schema)).not.toMatch(/"(\$ref|allOf|anyOf|oneOf)":/);
  });
});
