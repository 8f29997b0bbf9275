import { boolean, extend, record, required, string } from '../../../engine/schema.ts';
import { warehouse } from './warehouses.ts';

export const spaceId = required(string('Id of the space; added by this connector'));

export const space = record({
  id: required(string('Id of the space')),
  slug: string('Name of the space in URLs'),
  name: string('Display name of the space'),
});

export const profilesWarehouse = extend(warehouse, {
  spaceId,
  schemaName: string('Schema that the profiles are written to in the warehouse, if it is not the usual one'),
});

export const spaceFilter = record({
  spaceId,
  id: required(string('Id of the filter')),
  workspaceId: string('Id of the workspace it belongs to'),
  integrationId: string('Id of what it filters: the space'),
  enabled: boolean('Whether it is applied'),
  name: string('Display name of the filter'),
  description: string('What the filter is for'),
  if: string('Condition (FQL) that picks the events'),
  drop: boolean('Whether matching events are thrown away'),
  createdAt: string('When the filter was created'),
  updatedAt: string('When the filter was last changed'),
});
