import { record, required, string } from '../../../engine/schema.ts';

export const workspaceRecord = record({
  id: required(string('Id of the workspace')),
  slug: string('Slug of the workspace, as in the URLs of the Segment app'),
  name: string('Name of the workspace'),
});

export const label = record({
  key: required(string('Left side of the label, such as environment')),
  value: required(string('Right side of the label, such as prod')),
  description: string('What the label is for'),
});
