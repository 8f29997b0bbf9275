import { boolean, extend, freeObject, object, record, required, string } from '../../../engine/schema.ts';
import { warehouseMetadata } from './shapes.ts';
import { source } from './sources.ts';

export const warehouse = record({
  id: required(string('Id of the warehouse')),
  metadata: object(warehouseMetadata, 'Catalog entry the warehouse was made from'),
  workspaceId: string('Id of the workspace it belongs to'),
  enabled: boolean('Whether data is loaded into it'),
  settings: freeObject('Connection settings; credentials are masked by default'),
});

/** A warehouse seen from one source: the API leaves out which one. */
export const connectedWarehouse = extend(warehouse, {
  sourceId: required(string('Id of the source that feeds it; added by this connector')),
});

/** A source seen from one warehouse: the API leaves out which one. */
export const connectedSource = extend(source, {
  warehouseId: required(string('Id of the warehouse that it feeds; added by this connector')),
});

/** The answer is nothing but the state. */
export const warehouseConnectionState = record({
  warehouseId: required(string('Id of the warehouse; added by this connector')),
  connectionState: string('Whether the connection settings work: CONNECTED or FAILED'),
});
