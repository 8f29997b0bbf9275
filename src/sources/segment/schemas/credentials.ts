import { array, boolean, freeObject, object, record, required, string } from '../../../engine/schema.ts';
import { labels, sourceMetadata } from './shapes.ts';

export const credential = record({
  id: required(string('Id of the credential')),
  workspaceId: string('Id of the workspace it belongs to'),
  name: string('Display name of the credential'),
  settings: freeObject('Settings with the type of credential in "type"; secrets are masked by default'),
  createdAt: string('When it was made, as Segment writes it'),
  updatedAt: string('When it was last changed, as Segment writes it'),
});

/** A warehouse or a source, which have most fields in common; all fields of both. */
export const credentialConsumer = record({
  credentialId: required(string('Id of the credential; added by this connector')),
  consumerType: required(string('WAREHOUSE or SOURCE: which list it came in; added by this connector')),
  id: required(string('Id of the warehouse or source that uses the credential')),
  slug: string('Sources only: name of the source in URLs'),
  name: string('Sources only: display name of the source'),
  metadata: object(sourceMetadata, 'Catalog entry it was made from; warehouses have fewer fields'),
  workspaceId: string('Id of the workspace it belongs to'),
  enabled: boolean('Whether it takes in data'),
  writeKeys: array(string('Write key'), 'Sources only: keys to send data with; masked by default'),
  settings: freeObject('Settings of the warehouse or source; credentials are masked by default'),
  labels,
});
