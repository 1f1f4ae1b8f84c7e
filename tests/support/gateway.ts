/** A gateway for text messages, or a push service, on a real port: counts what it takes and fails as it is told. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the gateway does with a request: answers with a status, hangs up, or never answers. */
export type Mood = number | 'hang_up' | 'silent';

export interface Taken {
  key: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Gateway {
  url: string;
  /** Everything that was answered with 2xx. */
  taken: Taken[];
  /** How many requests came. */
  asked(): number;
  /** Decides by what was sent; 200 until told otherwise. */
  mood: (body: string) => Mood;
  close(): Promise<void>;
}

/** Opens one on a free port. */
export async function openGateway(): Promise<Gateway> {
  let asked = 0;
  const taken: Taken[] = [];
  const server: Server = createServer((request, response) => {
    asked += 1;
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts);
      const mood = gateway.mood(body.toString('utf8'));
      if (mood === 'silent') return;
      if (mood === 'hang_up') return void request.socket.destroy();
      if (mood < 300)
        taken.push({ key: String(request.headers['idempotency-key']), headers: request.headers, body });
      response.writeHead(mood).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const gateway: Gateway = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/send`,
    taken,
    asked: () => asked,
    mood: () => 200,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return gateway;
}
