/** Who asks, and whether that one may: credentials, project, plan, in the words of each family. */
import type { Auth, MixpanelOptions } from '../contract.ts';
import type { Family, Operation } from './operation.ts';
import { inJson, inText, invalid, Refusal, type Reply } from './reply.ts';

export interface Credentials {
  readonly projectId: number;
  readonly username: string;
  readonly secret: string;
  readonly apiSecret: string;
}

/** Basic, packed or as it stands; a project's secret with its colon or without. */
export function identify(authorization: string | null, known: Credentials): Auth | undefined {
  const given = /^Basic (.+)$/i.exec(authorization ?? '')?.[1]?.trim();
  if (given === undefined) return undefined;
  const forms = [given, Buffer.from(given, 'base64').toString()];
  if (forms.includes(`${known.username}:${known.secret}`)) return 'service-account';
  return forms.some((form) => [known.apiSecret, `${known.apiSecret}:`].includes(form))
    ? 'api-secret'
    : undefined;
}

/** Throws what an unknown one gets, or one that does not name the project as it has to. */
export function admit(who: Auth | undefined, { family, open }: Operation, url: URL, projectId: number): void {
  if (who === undefined || !open.includes(who)) throw new Refusal(unauthorized(family));
  const named = family === 'app' ? url.pathname.split('/')[4] : url.searchParams.get('project_id');
  if (who === 'api-secret') {
    if (named !== null) throw invalid(url, 'project_id must not be given with the secret of a project');
    return;
  }
  if (named === null) throw invalid(url, 'project_id is a required parameter');
  if (named !== String(projectId)) throw new Refusal(forbidden());
}

export const unauthorized = (family: Family): Reply =>
  family === 'export'
    ? inText(400, 'Unable to authenticate request')
    : inJson(401, { error: 'Unauthorized', status: 'error' });

export const forbidden = (): Reply =>
  inJson(403, { error: 'The account has no permission for this project', status: 'error' });

export function expectPlan({ family, path }: Operation, plan: MixpanelOptions['plan']): void {
  const isLacking =
    plan === 'free'
      ? family === 'query'
      : plan === 'old' && (family === 'export' || path.endsWith('/engage'));
  if (isLacking) throw new Refusal(planLacks(family));
}

export const planLacks = (family: Family): Reply =>
  family === 'export'
    ? inText(402, 'Your plan does not support raw data export. Visit mixpanel.com/pricing to upgrade.')
    : inJson(402, { error: 'Your plan does not allow API calls. Upgrade at mixpanel.com/pricing' });
