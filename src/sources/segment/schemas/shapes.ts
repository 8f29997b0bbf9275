/**
 * Shapes that several tables share, as fields ready for `record` or `object`. Names and nesting are those of the
 * Public API 73.2.0. Values of enumerations are not declared: Segment adds new ones without a version.
 */
import { anything, array, boolean, freeObject, number, object, string } from '../../../engine/schema.ts';

const logos = object(
  {
    default: string('URL of the main logo'),
    mark: string('URL of the icon-only logo'),
    alt: string('Alternative text of the logo; some rows hold a URL'),
  },
  'Logos shown in the Segment app',
);

const options = array(
  object(
    {
      name: string('Key of the setting'),
      type: string('Data type of the setting, such as string, boolean or array'),
      required: boolean('Whether the integration cannot be set up without it'),
      description: string('What the setting does'),
      defaultValue: anything('Value used when none is set; any JSON'),
      label: string('Name of the setting in the Segment app'),
    },
    'One setting',
  ),
  'Settings that can be filled in when it is set up',
);

export const labelFields = {
  key: string('Left side of the label, such as environment'),
  value: string('Right side of the label, such as prod'),
  description: string('What the label is for'),
};

export const labels = array(object(labelFields, 'One label'), 'Labels, which narrow who has access');

export const destinationSettings = freeObject(
  'Settings of the destination; credentials are masked by default',
);

export const actionSettings = freeObject('Field mappings of the action; credentials are masked by default');

/** When a schedule of days runs; `day` says what the numbers of its days are. */
export const scheduleDays = (day: string) => ({
  days: array(number(day), 'SPECIFIC_DAYS: days of the week to run on'),
  hours: array(number('Hour number'), 'SPECIFIC_DAYS: hours of the day to run at'),
});

export const permissions = array(
  object(
    {
      roleName: string('Name of the granted role'),
      roleId: string('Id of the granted role'),
      resources: array(
        object(
          {
            id: string('Id of the resource'),
            type: string('FUNCTION, SOURCE, SPACE, WAREHOUSE or WORKSPACE'),
            labels,
          },
          'One resource',
        ),
        'What the role reaches',
      ),
      labels,
    },
    'One role on some resources',
  ),
  'Roles granted directly, with what each one reaches',
);

export const sourceMetadata = {
  id: string('Id of the catalog entry'),
  name: string('Display name of the integration'),
  slug: string('Name of the integration in URLs'),
  description: string('What the integration collects'),
  logos,
  options,
  categories: array(string('Category name'), 'Categories it is listed under'),
  isCloudEventSource: boolean('Whether it is a cloud source that sends events'),
  status: string('Release stage, such as PUBLIC, PUBLIC_BETA or DEPRECATED'),
  partnerOwned: boolean('Whether a partner maintains it, not Segment'),
};

export const warehouseMetadata = {
  id: string('Id of the catalog entry'),
  name: string('Display name of the warehouse type'),
  slug: string('Name of the warehouse type in URLs'),
  description: string('What kind of warehouse it is'),
  logos,
  options,
};

const components = array(
  object(
    {
      type: string('ANDROID, BROWSER, IOS or SERVER'),
      code: string('URL of the source code'),
      owner: string('SEGMENT or PARTNER'),
    },
    'One library',
  ),
  'Libraries the integration is made of',
);

const supportedFeatures = object(
  {
    cloudModeInstances: string('Cloud-mode instances per source: 0 or NONE, 1 or SINGLE, MULTIPLE'),
    deviceModeInstances: string('Device-mode instances per source: 0 or NONE, 1 or SINGLE'),
    replay: boolean('Whether past events can be replayed to it'),
    browserUnbundling: boolean('Whether its browser code can be left out of the bundle'),
    browserUnbundlingPublic: boolean('Whether that unbundling is open to everyone'),
  },
  'What the integration can do',
);

const supportedMethods = object(
  {
    pageview: boolean('Accepts page calls'),
    identify: boolean('Accepts identify calls'),
    alias: boolean('Accepts alias calls'),
    track: boolean('Accepts track calls'),
    group: boolean('Accepts group calls'),
  },
  'Calls of the Segment spec that it accepts',
);

const supportedPlatforms = object(
  {
    browser: boolean('Accepts events from browsers'),
    server: boolean('Accepts events from servers'),
    mobile: boolean('Accepts events from mobile apps'),
    warehouse: boolean('Accepts rows from warehouses'),
    cloudAppObject: boolean('Accepts objects from cloud apps'),
    linkedAudiences: boolean('Accepts linked audiences'),
  },
  'Where its data may come from',
);

const actionFields = array(
  object(
    {
      id: string('Id of the field'),
      sortOrder: number('Position of the field in the form'),
      fieldKey: string('Key of the field in the request to the vendor'),
      label: string('Name of the field in the form'),
      type: string('Data type, such as STRING, OBJECT, DATETIME or PASSWORD'),
      description: string('What the field does; may hold Markdown'),
      placeholder: string('Sample shown in the empty form field'),
      defaultValue: anything('Value or mapping a new action starts with; any JSON'),
      required: boolean('Whether it must be filled in'),
      multiple: boolean('Whether it takes several values'),
      choices: anything('Fixed choices of a dropdown; any JSON'),
      dynamic: boolean('Whether the choices are asked from the vendor'),
      allowNull: boolean('Whether null is a valid value'),
      hidden: boolean('Whether the form hides it'),
    },
    'One field',
  ),
  'Fields to map for the action',
);

const actions = array(
  object(
    {
      id: string('Id of the action'),
      slug: string('Short name of the action, unique in the integration'),
      name: string('Display name of the action'),
      description: string('What the action does; may hold Markdown'),
      platform: string('Where the action runs: CLOUD, MOBILE or WEB'),
      hidden: boolean('Whether the Segment app hides it'),
      defaultTrigger: string('Trigger (FQL) a new subscription starts with'),
      fields: actionFields,
    },
    'One action',
  ),
  'Things the integration can do with an event',
);

const presets = array(
  object(
    {
      actionId: string('Id of the action it runs'),
      name: string('Name of the subscription it makes'),
      fields: freeObject('Field values it starts with, by field key'),
      trigger: string('Condition (FQL) on events'),
    },
    'One preset',
  ),
  'Ready-made subscriptions for a new destination',
);

const contacts = array(
  object(
    {
      name: string('Name of the person'),
      email: string('Email address of the person'),
      role: string('What the person does'),
      isPrimary: boolean('Whether to write to this person first'),
    },
    'One person',
  ),
  'People who own the integration',
);

export const destinationMetadata = {
  id: string('Id of the catalog entry'),
  name: string('Display name of the integration'),
  description: string('What the integration does'),
  slug: string('Name of the integration in URLs'),
  logos,
  options,
  status: string('Release stage, such as PUBLIC, PUBLIC_BETA or DEPRECATED'),
  previousNames: array(string('Former name'), 'Names it had before'),
  categories: array(string('Category name'), 'Categories it is listed under'),
  website: string('Web site of the vendor'),
  components,
  supportedFeatures,
  supportedMethods,
  supportedPlatforms,
  actions,
  presets,
  contacts,
  partnerOwned: boolean('Whether a partner maintains it, not Segment'),
  supportedRegions: array(string('Region name'), 'Regions it can be used in'),
  regionEndpoints: array(string('Endpoint of a region'), 'Endpoints by region'),
  multiInstanceSupportedVersion: string('How it supports several instances'),
};
