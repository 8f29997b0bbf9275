import { record, required, string } from '../../../engine/schema.ts';
import { labelFields } from './shapes.ts';

export const workspaceRecord = record({
  id: required(string('Id of the workspace')),
  slug: string('Slug of the workspace, as in the URLs of the Segment app'),
  name: string('Name of the workspace'),
});

export const label = record({
  ...labelFields,
  key: required(labelFields.key),
  value: required(labelFields.value),
});
