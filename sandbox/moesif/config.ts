import type { MoesifOptions } from './contract.ts';

/** The config of a connector that reads the application at an address, its events from the first day on. */
export const configOf = (
  { searchApi = 'current', includeHeaders, includeBodies }: MoesifOptions,
  { managementApiKey, appId, firstDay }: { managementApiKey: string; appId: string; firstDay: string },
  url: string,
): object => ({
  management_api_key: managementApiKey,
  application_id: appId,
  start_date: firstDay,
  search_api: searchApi,
  ...(includeHeaders !== undefined && { include_headers: includeHeaders }),
  ...(includeBodies !== undefined && { include_bodies: includeBodies }),
  api_url: `${url}/v1`,
});
