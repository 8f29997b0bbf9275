import { array, boolean, extend, record, required, string, timestamp } from '../../../engine/schema.ts';

const grant = record({
  permissionKey: required(
    string('SHA-256 of role, resource and labels: the same grant has the same key in each sync'),
  ),
  roleId: string('Id of the granted role'),
  roleName: string('Name of the granted role, as the grant has it'),
  resourceType: string('FUNCTION, SOURCE, SPACE, WAREHOUSE or WORKSPACE'),
  resourceId: string('Id of what the role reaches'),
  scope: string(
    'ALL for everything that the role is about, LABELED for what has all of the labels, SPECIFIC for the one resource',
  ),
  labels: array(string('A label as key:value'), 'Labels that the grant is narrowed to, sorted'),
});

export const userPermission = extend(grant, {
  userId: required(string('Id of the user; added by this connector')),
  userName: string('Full name of the user; added by this connector'),
  userEmail: string('Email address of the user; added by this connector'),
});

export const groupPermission = extend(grant, {
  groupId: required(string('Id of the group; added by this connector')),
  groupName: string('Name of the group; added by this connector'),
});

export const accessRecord = record({
  accessRecordId: required(string('SHA-256 of principal, grant and group: the same in each sync')),
  workspaceId: string('Id of the workspace'),
  workspaceSlug: string('Short name of the workspace'),
  workspaceName: string('Name of the workspace'),
  snapshotAt: timestamp('When the lists had been read; the same in all rows of a sync'),
  principalType: string('user, or invite for an address that was invited and has not joined'),
  accountType: string('human; API tokens are not in the API, but as actors of the audit trail'),
  userId: string('Id of the user; null for an invite'),
  email: string('Email address as Segment has it'),
  emailLowercase: string('The same in lower case, to be joined by'),
  name: string('Full name of the user; may be empty, null for an invite'),
  firstName: string('The name up to its first blank, as Segment has one name only'),
  lastName: string('What comes after that; null where there is nothing'),
  status: string('ACTIVE for users, PENDING for invites'),
  permissionKey: string(
    'Key of the grant in user_permissions or group_permissions; null where there is none',
  ),
  roleId: string(
    'Id of the role; null for a user without any, and for invites, whose role the API does not tell',
  ),
  roleName: string('Name of the role, as roles has it'),
  roleDescription: string('What the role allows, in words, as roles has it'),
  isPrivileged: boolean('Whether the role is one of access_review.privileged_roles'),
  resourceType: string('FUNCTION, SOURCE, SPACE, WAREHOUSE or WORKSPACE'),
  resourceId: string('Id of what the role reaches'),
  resourceName: string('Its name; null where no list has it'),
  scope: string('ALL, LABELED or SPECIFIC, as in user_permissions'),
  labels: array(string('A label as key:value'), 'Labels that the grant is narrowed to, sorted'),
  grantType: string('direct, or group where it comes through a group; null without a role'),
  groupId: string('Id of the group that it comes through'),
  groupName: string('Name of the group that it comes through'),
  entitlementSlug: string('The role in small letters with underscores'),
  entitlementDisplay: string('Role, resource and labels in words'),
  lastActivityAt: timestamp(
    'Last event of the user in the audit trail, which goes back 90 days and has changes and not sign-ins; else null',
  ),
  lastActivitySource: string('audit_trail where it could be read; null where plan or role keep it closed'),
  lastLoginAt: timestamp('Always null: the API does not tell it'),
  mfaEnabled: boolean('Always null: the API does not tell it'),
  ssoEnabled: boolean('Always null: the API does not tell it'),
  createdAt: timestamp('Always null: the API does not tell it'),
});
