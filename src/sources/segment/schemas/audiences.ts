import {
  anything,
  array,
  boolean,
  freeObject,
  number,
  object,
  record,
  required,
  string,
  timestamp,
  type JsonSchema,
} from '../../../engine/schema.ts';
import { actionSettings, destinationSettings, scheduleDays } from './shapes.ts';
import { spaceId } from './spaces.ts';

const audienceId = required(string('Id of the audience; added by this connector'));

/** The API has one shape for each strategy; this is both of them together. */
const scheduleConfig = object(
  {
    interval: string('PERIODIC: time between two runs, such as 15m, 6h or 1d'),
    ...scheduleDays('Day number, 0 for Sunday'),
    timezone: string('SPECIFIC_DAYS: time zone of the schedule'),
  },
  'Details of the schedule, which depend on its strategy',
);

const schedule = {
  strategy: string('PERIODIC or SPECIFIC_DAYS'),
  config: scheduleConfig,
  nextExecution: timestamp('When it runs next'),
};

const definition = object(
  {
    query: string('Expression in the query language that says who is in it'),
    targetEntity: string('Linked audiences: slug of the entity that it picks; null if that was removed'),
  },
  'Who is in the audience',
);

const options = {
  filterByExternalIds: array(
    string('Type of an identifier'),
    'Types of identifiers of which a profile needs one',
  ),
  includeHistoricalData: boolean('Whether data from before its creation counts'),
  backfillEventDataDays: number('Days before its creation from which events count'),
};

/** What an audience and a computed trait have in common. */
const computed = (what: string, key: string, definition: JsonSchema) => ({
  spaceId,
  id: required(string(`Id of the ${what}`)),
  name: string(`Display name of the ${what}`),
  description: string(`What the ${what} is for`),
  key: string(key),
  enabled: boolean('Whether it is computed'),
  definition,
  status: string('What it is doing, such as Live, Computing, Backfilling or Failed'),
  createdBy: string('Id of the user who created it'),
  updatedBy: string('Id of the user who last changed it'),
  createdAt: string(`When the ${what} was created`),
  updatedAt: string(`When the ${what} was last changed`),
});

/** An audience as the lists show it, except for what only one of them has. */
const audienceFields = {
  ...computed('audience', 'Name of the audience in events and traits', definition),
  audienceType: string('USERS, ACCOUNTS or LINKED'),
  options: object(options, 'What counts when membership is computed'),
};

export const audience = record({
  ...audienceFields,
  computeCadence: object({ type: string('BATCH or REALTIME') }, 'How often membership is computed'),
  size: object(
    {
      count: number('Members in all'),
      type: string('What is counted: USERS, ACCOUNTS or ENTITIES'),
      uniqueCount: number('Members, each counted once'),
    },
    'How many are in it',
  ),
  schedules: array(
    object({ id: string('Id of the schedule'), ...schedule }, 'One schedule'),
    'Schedules, should the list bring them; audience_schedules has them all',
  ),
});

export const audienceReference = record({ ...audienceFields, audienceId });

export const audienceSchedule = record({
  spaceId,
  audienceId,
  id: required(string('Id of the schedule')),
  ...schedule,
});

const properties = (what: string) => array(string(`Name of a ${what}`), 'What goes along with the event');

export const audienceActivation = record({
  spaceId,
  audienceId,
  id: required(string('Id of the activation')),
  enabled: boolean('Whether it sends events'),
  workspaceId: string('Id of the workspace it belongs to'),
  connectionId: string('Id of the connection of the audience to a destination'),
  activationType: string('What makes it send, such as Audience Entered or Audience Exited'),
  activationName: string('Name of the activation; of a warehouse, name of the table'),
  displayName: string('Label of the activation, for warehouses that have one'),
  personalization: object(
    {
      profile: object(
        {
          properties: properties('trait'),
          mapping: freeObject('Names that traits are sent under, by trait'),
        },
        'Traits of the profile',
      ),
      entities: array(
        object(
          { properties: properties('property'), relationshipSlug: string('Relationship of the entity') },
          'One entity',
        ),
        'Entities of a linked audience',
      ),
      syncEntityPropertyChanges: boolean('Whether a changed entity is sent again'),
    },
    'What is sent beside the membership',
  ),
  destinationMapping: object(
    {
      actionId: string('Id of the action that the destination runs'),
      settings: actionSettings,
    },
    'What an Actions destination does with it',
  ),
  performResync: boolean('Whether everything is waiting to be sent again, or being sent'),
});

export const audienceDestination = record({
  spaceId,
  audienceId,
  id: required(string('Id of the connection')),
  name: string('Display name of the destination'),
  sourceId: string('Id of the source that feeds the destination'),
  enabled: boolean('Whether the connection is used'),
  createdAt: string('When the connection was created'),
  updatedAt: string('When the connection was last changed'),
  settings: destinationSettings,
  destinationId: string('Id of the destination'),
  metadata: object(
    {
      id: string('Id of the catalog entry'),
      name: string('Display name of the integration'),
      slug: string('Name of the integration in URLs'),
    },
    'Catalog entry of the destination',
  ),
  idSyncConfiguration: array(
    object(
      {
        externalId: string('Type of identifier, such as user_id or email'),
        strategy: string('Which ones of a profile: first, last or all'),
        mapTo: string('Name of the identifier at the destination'),
      },
      'One type of identifier',
    ),
    'Identifiers that are sent, if not the usual ones',
  ),
  connectionSettings: anything(
    'What the destination needs to make the audience there; any JSON, credentials are masked by default',
  ),
});

const traitDefinition = object(
  {
    query: string('Expression in the query language that gives the value'),
    type: string('Whose trait it is: USERS or ACCOUNTS'),
  },
  'How the value is computed',
);

export const computedTrait = record({
  ...computed('computed trait', 'Name of the trait in profiles and events', traitDefinition),
  options: object(
    {
      includeHistoricalData: boolean('Whether data from before its creation counts'),
      includeAnonymousUsers: boolean('Whether anonymous users get a value'),
      backfillDurationDays: number('Days before its creation from which events count'),
    },
    'What counts when the value is computed',
  ),
});
