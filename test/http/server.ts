import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Served {
  readonly url: string;
  readonly port: number;
  /** Every request that came, in order. */
  readonly requests: readonly IncomingMessage[];
  /** Connections that were made. */
  readonly connections: () => number;
  close(): Promise<void>;
}

const closers: (() => Promise<void>)[] = [];

/** Closes what a test left open, also where it failed: an open server would keep jest from ending. */
export const closeAll = () => Promise.all(closers.splice(0).map((close) => close()));
export const closeLater = (close: () => Promise<void>) => void closers.push(close);

type Answer = (request: IncomingMessage, response: ServerResponse, count: number) => void;

/** An HTTP server on the loopback. `answer` is told how many requests came before. */
export async function serve(answer: Answer): Promise<Served> {
  const requests: IncomingMessage[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const listener: RequestListener = (request, response) => {
    requests.push(request);
    answer(request, response, requests.length - 1);
  };
  const server = createServer(listener);
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  closeLater(close);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    connections: () => connections,
    close,
  };
}

export const json = (response: ServerResponse, body: unknown, status = 200, headers = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
