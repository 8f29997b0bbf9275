import { array, boolean, freeObject, object, record, required, string } from '../../../engine/schema.ts';
import { labels, sourceMetadata } from './shapes.ts';

export const source = record({
  id: required(string('Id of the source')),
  slug: string('Name of the source in URLs'),
  name: string('Display name of the source'),
  metadata: object(sourceMetadata, 'Catalog entry the source was made from'),
  workspaceId: string('Id of the workspace it belongs to'),
  enabled: boolean('Whether it takes in data'),
  writeKeys: array(
    string('Write key'),
    'Keys that let a client send data; masked by default, empty without Source Admin',
  ),
  settings: freeObject('Settings of the source; credentials are masked by default'),
  labels,
});
