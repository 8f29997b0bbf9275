import { array, boolean, object, record, required, string } from '../../../engine/schema.ts';

const propertyRenames = array(
  object({ oldName: string('Name before'), newName: string('Name after') }, 'One renamed property'),
  'Properties to rename',
);

const propertyValueTransformations = array(
  object(
    {
      propertyPaths: array(string('Path of a property'), 'Properties to overwrite, at most 10'),
      propertyValue: string('Value to write into them'),
    },
    'One value and where it goes',
  ),
  'Property values to overwrite',
);

const fqlDefinedProperties = array(
  object(
    { fql: string('FQL expression that gives the value'), propertyName: string('Name of the new property') },
    'One computed property',
  ),
  'Properties to add from an expression',
);

const hashPropertiesConfiguration = object(
  {
    algorithm: string('Hash function'),
    key: string('Secret key of a keyed hash'),
    encoding: string('How the hash is written: BASE16, BASE64, BASE64URL or HEX'),
    paths: array(string('Path of a property'), 'Properties to hash'),
  },
  'Which properties to hash, and how',
);

export const transformation = record({
  id: required(string('Id of the transformation')),
  name: string('Display name of the transformation'),
  sourceId: string('Id of the source whose events it changes'),
  destinationMetadataId: string('Id of the catalog destination it is limited to, if any'),
  enabled: boolean('Whether it is applied'),
  if: string('Condition (FQL) that picks the events'),
  drop: boolean('Whether matching events are thrown away'),
  newEventName: string('New name for matching track events'),
  propertyRenames,
  propertyValueTransformations,
  fqlDefinedProperties,
  allowProperties: array(string('Property name'), 'Properties to keep'),
  hashPropertiesConfiguration,
  // Unverified: not in the API document of 73.2.0. Live responses had all three in 2024, see `transformations` in
  // https://github.com/airbytehq/airbyte/blob/master/airbyte-integrations/connectors/source-segment/manifest.yaml
  workspaceId: string('Id of the workspace it belongs to; not in the API document'),
  destinationId: string('Id of the destination it is limited to, if any; not in the API document'),
  propertyDrops: array(string('Property name'), 'Properties to remove; not in the API document'),
});
