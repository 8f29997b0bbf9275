import { extend, number, record, required, string } from '../../../engine/schema.ts';
import { permissions } from './shapes.ts';

export const user = record({
  id: required(string('Id of the user')),
  name: string('Full name of the user; may be empty'),
  email: string('Email address the user signs in with'),
  permissions,
});

export const group = record({
  id: required(string('Id of the group')),
  name: string('Display name of the group'),
  memberCount: number('How many users are in the group'),
  permissions,
});

export const role = record({
  id: required(string('Id of the role')),
  name: string('Name of the role, such as Source Admin'),
  description: string('What the role allows, in words'),
});

/** Segment answers bare addresses, so the field is ours. */
export const invite = record({
  email: required(string('Email address that was invited; Segment tells nothing else')),
});

const groupId = required(string('Id of the group; added by this connector'));

export const groupMember = record({
  groupId,
  id: required(string('Id of the user')),
  name: string('Full name of the user; may be empty'),
  email: string('Email address the user signs in with'),
});

export const groupInvite = extend(invite, { groupId });
