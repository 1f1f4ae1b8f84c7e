/** The port of the pages: the configured one, or the next free one where none was asked for. */
import { createServer } from 'node:net';
import type { Config } from '../../db/connect/config.ts';

const TRIES = 50;

/** PORT was asked for and another program has it. */
export class PortTakenError extends Error {
  constructor(host: string, port: number, taker: string | null) {
    super(
      `Port ${port} on ${host} is taken${taker ? ` by ${taker}` : ''}. Stop that program, or choose another port: PORT=${port + 1} npm start`,
    );
    this.name = 'PortTakenError';
  }
}

/**
 * A port on which nobody listens yet. Throws `PortTakenError` when the configured one is taken and fixed.
 * `nameTaker` says in words which program listens on a port, where that can be seen.
 */
export async function choosePort(
  config: Pick<Config, 'host' | 'port' | 'portIsFixed'>,
  nameTaker: (port: number) => string | null,
): Promise<number> {
  const last = config.portIsFixed ? config.port : Math.min(config.port + TRIES, 65535);
  for (let port = config.port; port <= last; port++) {
    if (await isFree(config.host, port)) return port;
  }
  throw new PortTakenError(config.host, config.port, nameTaker(config.port));
}

/** Throws what listening throws when the trouble is not a taken port, such as an unknown host or a low port. */
function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(new Error(`Cannot listen on ${host}, port ${port}: ${error.message}`));
    });
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
