import { boolean, freeObject, record, required, string, timestamp } from '../../../engine/schema.ts';

export const functionRecord = record({
  id: required(string('Id of the function')),
  resourceType: string(
    'What it is: SOURCE, DESTINATION, INSERT_SOURCE, INSERT_DESTINATION or INSERT_TRANSFORMATION',
  ),
  createdAt: timestamp('When it was created'),
  createdBy: string('Id of the user who created it'),
  displayName: string('Display name of the function; Segment may add the name of the workspace'),
  description: string('What the function does'),
  logoUrl: string('URL of its logo'),
  catalogId: string('Id of its entry in the catalog'),
});

export const functionVersion = record({
  id: required(string('Id of the version')),
  author: string('Who wrote the version'),
  code: string('Source code of the version; masked by default'),
  isDeployed: boolean('Whether this version is the one that runs'),
  createdAt: timestamp('When it was created'),
  updatedAt: timestamp('When it was last changed'),
  deployedAt: timestamp('When it was last deployed'),
  functionId: required(string('Id of the function; added by this connector')),
});

export const insertFunctionInstance = record({
  id: required(string('Id of the instance')),
  name: string('Display name of the instance'),
  integrationId: string('Id of the source or destination that it runs in front of'),
  classId: string('Id of the insert function, without its prefix'),
  enabled: boolean('Whether it runs'),
  createdAt: timestamp('When it was created'),
  updatedAt: timestamp('When it was last changed'),
  settings: freeObject('Settings of the instance; credentials are masked by default'),
  encryptedSettings: freeObject('Settings that the function calls sensitive; masked by default'),
  functionId: string('Id of the insert function; added by this connector'),
});
