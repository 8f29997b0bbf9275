import {
  array,
  boolean,
  freeObject,
  number,
  object,
  record,
  required,
  string,
  timestamp,
} from '../../../engine/schema.ts';

const actions = array(
  object(
    {
      type: string('DROP, SAMPLE, ALLOW_PROPERTIES or DROP_PROPERTIES'),
      fields: freeObject('Properties that are allowed or dropped, by where they are in the event'),
      percent: number('SAMPLE: part of the events that is let through, from 0 to 1'),
      path: string('SAMPLE: property whose value decides, so that one user is always in or out'),
    },
    'One action',
  ),
  'What is done to the events',
);

export const destinationFilter = record({
  id: required(string('Id of the filter')),
  sourceId: string('Id of the source that feeds the destination'),
  destinationId: string('Id of the destination'),
  if: string('Condition (FQL) that picks the events'),
  actions,
  title: string('Title of the filter'),
  description: string('What the filter is for'),
  enabled: boolean('Whether it is applied'),
  createdAt: timestamp('When it was created'),
  updatedAt: timestamp('When it was last changed'),
});
