import { number, record, required, string } from '../../../engine/schema.ts';
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
