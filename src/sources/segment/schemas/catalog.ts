import { record, required } from '../../../engine/schema.ts';
import { destinationMetadata, sourceMetadata, warehouseMetadata } from './shapes.ts';

export const catalogDestination = record({
  ...destinationMetadata,
  id: required(destinationMetadata.id),
});

export const catalogSource = record({
  ...sourceMetadata,
  id: required(sourceMetadata.id),
});

export const catalogWarehouse = record({
  ...warehouseMetadata,
  id: required(warehouseMetadata.id),
});
