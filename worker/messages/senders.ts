/** How messages leave the house: the operator's gateway and browsers' push services, or locally the log. */
import type { Logger } from 'pino';
import webPush from 'web-push';
import type { Config } from '../../db/connect/config.ts';
import type { Database } from '../../db/connect/database.ts';
import type { Delivery, OutgoingMessage } from '../../db/messages/deliver.ts';
import { type PushKey, pushKey } from '../../db/messages/pushKey.ts';
import { postToGateway } from '../../db/messages/sms.ts';

/** Sends one message; an error that it throws counts as a failed attempt. */
export type Sender = (message: OutgoingMessage, db: Database, at: Date) => Promise<Delivery>;

const PUSH_TIMEOUT_MS = 5_000;
/** A push service keeps a message for a browser that is off so long, seconds. */
const PUSH_KEEP_SECONDS = 12 * 3600;
/** Answers that will be the same however often the message is sent: it is at fault itself. */
const FINAL = new Set([400, 413, 422]);
const GONE = new Set([404, 410]);

const deliveryOf = (status: number): Delivery =>
  status >= 200 && status < 300
    ? { ok: true }
    : { ok: false, error: `http_${status}`, final: FINAL.has(status) };

/** Posts `{phone, text, purpose}`; the message's id is the idempotency key. */
function bySms(
  url: string,
  token: string | null,
  message: OutgoingMessage,
  phone: string,
): Promise<Delivery> {
  const body = { phone, text: message.text, purpose: 'message' };
  return postToGateway(url, token, body, message.id).then(deliveryOf);
}

/** Encrypts for the browser (RFC 8291) and posts to its push service; the same message replaces itself there. */
async function byPush(
  message: OutgoingMessage,
  to: Extract<OutgoingMessage['to'], { push: unknown }>,
  key: PushKey,
  subject: string,
): Promise<Delivery> {
  const { id, title, text, page } = message;
  const payload = JSON.stringify({ title, body: text, url: page, tag: id });
  const request = webPush.generateRequestDetails(to.push, payload, {
    vapidDetails: { subject, ...key },
    TTL: PUSH_KEEP_SECONDS,
    urgency: message.urgent ? 'high' : 'normal',
    topic: id.replaceAll('-', ''),
  });
  const answer = await fetch(request.endpoint, {
    method: 'POST',
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    ),
    body: new Uint8Array(request.body ?? Buffer.alloc(0)),
    redirect: 'manual',
    signal: AbortSignal.timeout(PUSH_TIMEOUT_MS),
  });
  await answer.body?.cancel();
  return GONE.has(answer.status)
    ? { ok: false, error: `http_${answer.status}`, gone: true }
    : deliveryOf(answer.status);
}

/** The sender that the settings ask for; without SMS_URL text messages are logged, without telephone or names. */
export function senderOf(config: Pick<Config, 'smsUrl' | 'smsToken' | 'publicUrl'>, log: Logger): Sender {
  const { smsUrl, smsToken, publicUrl } = config;
  const subject = publicUrl.startsWith('https:') ? publicUrl : 'mailto:push@huzhu.invalid';
  let key: PushKey | null = null;
  return async (message, db, at) => {
    if ('push' in message.to) {
      key ??= await pushKey(db, at);
      return byPush(message, message.to, key, subject);
    }
    const { phone } = message.to;
    if (smsUrl) return bySms(smsUrl, smsToken, message, phone);
    log.info({ message: message.id, ending: phone.slice(-4) }, `${message.title} (no SMS_URL is set)`);
    return { ok: true };
  };
}
