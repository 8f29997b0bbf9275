/** The sandbox over real HTTP, on the loopback interface only. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { bringsBody, pause, WITHOUT_BODY, type Answer, type Serve } from './delivery.ts';
import { compress } from './gzip.ts';
import { stream } from './stream.ts';

export interface Listening {
  readonly url: string;
  readonly port: number;
  /** Ends at once, hanging requests too. */
  close(): Promise<void>;
}

export async function listen(
  sandbox: { readonly serve: Serve },
  options: { port?: number } = {},
): Promise<Listening> {
  const server = createServer((incoming, outgoing) => {
    respond(sandbox.serve, incoming, outgoing).catch((error: unknown) => {
      // A bug of the sandbox itself must not pass for a simulated fault.
      console.error(error);
      outgoing.destroy();
    });
  });
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

/** Answers one request. The address is the loopback's, whatever name the client used for it. */
async function respond(serve: Serve, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const { method = 'GET', url = '/', headers } = incoming;
  // A client that goes away while it sends has not sent it.
  const body = bringsBody(method) ? await buffer(incoming).catch(() => undefined) : incoming.resume();
  if (body === undefined) return;
  const answer = serve({
    method,
    url: new URL(url, 'http://127.0.0.1'),
    header: (name) => (headers[name] === undefined ? null : String(headers[name])),
    ...(body instanceof Buffer && { body }),
  });
  const { status, text, chunks, headers: told, delayMs, mishap } = answer ?? NOBODY;
  if (delayMs > 0) await pause(delayMs, leaving(outgoing));
  if (outgoing.destroyed || mishap === 'hang') return;
  if (mishap === 'reset') {
    incoming.socket.resetAndDestroy();
    return;
  }
  const bytes = Buffer.from(text);
  outgoing.statusCode = status;
  for (const [name, value] of Object.entries(told)) outgoing.setHeader(name, value);
  if (chunks) await stream(chunks(), incoming, outgoing, mishap === 'reset-mid-body');
  else if (mishap === 'reset-mid-body') {
    outgoing.setHeader('Content-Length', bytes.length);
    outgoing.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => incoming.socket.destroy());
  } else if (WITHOUT_BODY.has(status)) outgoing.end();
  else await sendPacked(bytes, incoming, outgoing);
}

async function sendPacked(bytes: Buffer, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const packed = await compress(bytes, incoming.headers['accept-encoding']);
  outgoing.setHeader('Vary', 'Accept-Encoding');
  if (packed !== bytes) outgoing.setHeader('Content-Encoding', 'gzip');
  if (!outgoing.hasHeader('Content-Length') || packed !== bytes)
    outgoing.setHeader('Content-Length', packed.length);
  outgoing.end(packed);
}

const NOBODY: Answer = { status: 404, headers: {}, text: '', delayMs: 0, mishap: undefined };

function leaving(outgoing: ServerResponse): AbortSignal {
  const client = new AbortController();
  outgoing.once('close', () => client.abort());
  return client.signal;
}
