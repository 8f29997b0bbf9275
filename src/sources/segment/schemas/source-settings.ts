import { boolean, number, object, record, required, string, timestamp } from '../../../engine/schema.ts';

const ofTraits = (type: string) =>
  object(
    {
      allowUnplannedTraits: boolean('Whether traits outside the tracking plan are let through'),
      allowTraitsOnViolations: boolean('Whether traits that break a rule are let through'),
      commonEventOnViolations: string('What the common rule does: ALLOW, BLOCK or OMIT_TRAITS'),
    },
    `What happens to ${type} calls`,
  );

/** How a source treats what its tracking plan does not allow; the defaults where it has none. */
export const schemaSettings = record({
  sourceId: required(string('Id of the source')),
  settings: object(
    {
      track: object(
        {
          allowUnplannedEvents: boolean('Whether events outside the tracking plan are let through'),
          allowUnplannedEventProperties: boolean('Whether properties outside the plan are let through'),
          allowEventOnViolations: boolean('Whether events that break a rule are let through'),
          allowPropertiesOnViolations: boolean('Whether properties that break a rule are let through'),
          commonEventOnViolations: string('What the common rule does: ALLOW, BLOCK or OMIT_PROPERTIES'),
        },
        'What happens to track calls',
      ),
      identify: ofTraits('identify'),
      group: ofTraits('group'),
      forwardingViolationsTo: string('Id of the source that gets the violations; empty if none'),
      forwardingBlockedEventsTo: string('Id of the source that gets the blocked events; empty if none'),
    },
    'What the source lets through',
  ),
});

export const livePlugin = record({
  sourceId: required(string('Id of the source')),
  id: string('Id of the bundle'),
  createdAt: timestamp('When the bundle was created'),
  createdBy: string('Id of the user who created it'),
  downloadURL: string(
    'URL of a CDN that apps fetch the bundle from, code and all; masked by default where it is signed',
  ),
  version: number('Revision of the bundle'),
  code: string('Code of the bundle; masked by default'),
});
