/**
 * msw handlers over real HTTP, on the loopback interface only: for the built process and the image.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getResponse, type RequestHandler } from 'msw';
import { compress } from './gzip.ts';

export interface Listening {
  readonly url: string;
  readonly port: number;
  /** Ends at once, hanging requests too. */
  close(): Promise<void>;
}

export async function listen(
  sandbox: { readonly handlers: RequestHandler[] },
  options: { port?: number } = {},
): Promise<Listening> {
  const server = createServer((incoming, outgoing) => void serve(sandbox.handlers, incoming, outgoing));
  server.keepAliveTimeout = 30_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, close: () => close(server) };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function serve(
  handlers: RequestHandler[],
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const client = new AbortController();
  outgoing.once('close', () => client.abort());
  try {
    const response = await getResponse(handlers, toRequest(incoming, client.signal));
    await send(response ?? new Response(null, { status: 404 }), incoming, outgoing);
  } catch (error) {
    // A bug of the sandbox itself must not pass for a simulated fault.
    console.error(error);
    outgoing.destroy();
  }
}

/** The address is the loopback's, whatever name the client used for it. */
function toRequest(incoming: IncomingMessage, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value));
  incoming.resume();
  return new Request(`http://127.0.0.1${incoming.url ?? '/'}`, {
    method: incoming.method ?? 'GET',
    headers,
    signal,
  });
}

async function send(response: Response, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  if (outgoing.destroyed) return;
  if (response.type === 'error') {
    incoming.socket.resetAndDestroy();
    return;
  }
  response.headers.forEach((value, name) => outgoing.appendHeader(name, value));
  outgoing.statusCode = response.status;
  const { bytes, whole } = await read(response);
  if (!whole) {
    outgoing.write(bytes, () => incoming.socket.destroy());
    return;
  }
  const packed = await compress(bytes, incoming.headers['accept-encoding']);
  outgoing.setHeader('Vary', 'Accept-Encoding');
  if (packed !== bytes) outgoing.setHeader('Content-Encoding', 'gzip');
  if (!outgoing.hasHeader('Content-Length') || packed !== bytes)
    outgoing.setHeader('Content-Length', packed.length);
  outgoing.end(packed);
}

/** The body as far as it came. */
async function read(response: Response): Promise<{ bytes: Buffer; whole: boolean }> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of response.body ?? []) chunks.push(chunk as Uint8Array);
    return { bytes: Buffer.concat(chunks), whole: true };
  } catch {
    return { bytes: Buffer.concat(chunks), whole: false };
  }
}
