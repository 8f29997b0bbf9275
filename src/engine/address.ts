/** A secret goes to no address where others could read it on the way: what is wrong with a config's `api_url`. */
export const addressProblems = ({ api_url: url }: { readonly api_url?: string }): string[] =>
  url === undefined || isSafeUrl(url)
    ? []
    : [
        'api_url must be an https address, or http to this machine only (localhost, 127.0.0.1, [::1]), without user, query or fragment',
      ];

function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(text);
  if (username || password || search || hash) return false;
  const isLoopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback);
}
