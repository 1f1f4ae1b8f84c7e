/** The client's address, for rate limits: the peer's own, or what a proxy on this machine says of it. */
import type { Context } from 'hono';
import type { Env } from './context.ts';

const LOCAL = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** The address of the client; a forwarded one counts only when the peer is a proxy on this machine. */
export function clientAddress(c: Context<Env>): string {
  const peer = c.env?.incoming?.socket.remoteAddress ?? '127.0.0.1';
  if (!LOCAL.has(peer)) return peer;
  const forwarded = c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim();
  return forwarded || '127.0.0.1';
}
