/** Who asks, and whether that one may. */
import type { Scope } from '../contract.ts';
import { refusal, Refusal, reply, type Reply } from './reply.ts';

export interface Access {
  readonly managementApiKey: string;
  scopes: readonly Scope[];
  readonly subscription: 'active' | 'ended';
}

/** Throws what an unknown token gets, or one that may not do this. */
export function admit(authorization: string | null, access: Access, scope: Scope): void {
  if (authorization !== `Bearer ${access.managementApiKey}`) throw new Refusal(unauthorized());
  if (access.subscription !== 'active') throw new Refusal(notActive());
  if (!access.scopes.includes(scope)) throw new Refusal(lacks(scope));
}

export const unauthorized = (): Reply => refusal(401, 'auth_error', 'Unable to parse token');

/** The same status, other words, and in another member, as a client of theirs has seen it. */
export const lacks = (scope: Scope): Reply =>
  reply(401, { moesif_error: { message: `This API requires ${scope}` } });

/** The words are unverified. */
export const notActive = (): Reply => refusal(402, 'payment_required', 'Your subscription is not active');

export const forbidden = (): Reply => refusal(403, 'forbidden', 'Not allowed for this organization');
