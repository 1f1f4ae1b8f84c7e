/** How a one-time code reaches a telephone: an operator's HTTP gateway, or locally the log and, in a demo, a list. */
import type { Logger } from 'pino';
import { postToGateway } from '../../db/messages/sms.ts';

/** Sends a one-time code to a mainland mobile number; throws when the gateway did not take it. */
export type SmsSender = (phone: string, code: string) => Promise<void>;

/** Posts `{phone, code, purpose}` with a bearer token to the operator's gateway. */
export function gatewaySender(url: string, token: string | null): SmsSender {
  return async (phone, code) => {
    const status = await postToGateway(url, token, { phone, code, purpose: 'sign-in' });
    if (status < 200 || status > 299) throw new Error(`the SMS gateway answered ${status}`);
  };
}

export interface SentCode {
  phone: string;
  code: string;
  at: Date;
}

const KEPT_CODES = 20;

/** The last codes of a demo, newest first, so that a visitor without that telephone can sign in. */
export class Codes {
  #sent: SentCode[] = [];

  /** Keeps a code in place of an earlier one to the same number. */
  keep(sent: SentCode): void {
    this.#sent = [sent, ...this.#sent.filter((one) => one.phone !== sent.phone)].slice(0, KEPT_CODES);
  }

  list(): readonly SentCode[] {
    return this.#sent;
  }
}

/** The local default where no gateway is set: the code is logged, and kept when there is a list. */
export function localSender(log: Logger, codes: Codes | null): SmsSender {
  return async (phone, code) => {
    codes?.keep({ phone, code, at: new Date() });
    log.info({ code, ending: phone.slice(-4) }, 'one-time code (no SMS_URL is set)');
  };
}
