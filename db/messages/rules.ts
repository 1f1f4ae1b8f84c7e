/** What a message may be and when it goes out: channels, states, quiet hours and back-off, as pure functions. */

export const messageChannels = ['screen', 'sms', 'push'] as const;
export type MessageChannel = (typeof messageChannels)[number];

/**
 * On screen a message is `unread` or `read`. One that goes out is `waiting` until a worker takes it (`sending`), then
 * `sent`; `dead` after the last attempt in vain; `dropped` where sending it had no more sense.
 */
export const messageStates = ['unread', 'read', 'waiting', 'sending', 'sent', 'dead', 'dropped'] as const;
export type MessageState = (typeof messageStates)[number];

export const messageLanguages = ['zh-CN', 'en'] as const;
export type MessageLanguage = (typeof messageLanguages)[number];

/** Minutes since midnight in Asia/Shanghai, from the first to before the second, over midnight where it is greater. */
export interface QuietHours {
  fromMinute: number;
  untilMinute: number;
}

export interface MessagesPolicy {
  /** Templates that are also sent as text messages, to whoever has a telephone and has not switched them off. */
  smsTemplates: string[];
  /** Hours in which nothing but the urgent goes out, unless a person chose others. */
  quiet: QuietHours;
  /** Attempts until a message is dead. */
  mostAttempts: number;
  /** Wait after the first attempt in vain, seconds; each further one waits twice as long, at most `longestRetrySeconds`. */
  retrySeconds: number;
  longestRetrySeconds: number;
  /** So many days before a certificate runs out its holder and their provider or station are reminded. */
  certificateDays: number[];
  /** Messages are forgotten after so many days. */
  keepDays: number;
  /** Hosts, with all under them, of the push services that browsers may name. */
  pushHosts: string[];
}

const MINUTE = 60_000;
const DAY_MINUTES = 1440;
/** Asia/Shanghai is UTC+8 all year. */
const SHANGHAI_MINUTES = 8 * 60;

/** The end of the quiet hours that an instant lies in; null outside them. Equal ends mean no quiet hours. */
export function quietUntil(quiet: QuietHours, at: Date): Date | null {
  const { fromMinute, untilMinute } = quiet;
  const minute = (Math.floor(at.getTime() / MINUTE) + SHANGHAI_MINUTES) % DAY_MINUTES;
  const isQuiet =
    fromMinute <= untilMinute
      ? minute >= fromMinute && minute < untilMinute
      : minute >= fromMinute || minute < untilMinute;
  if (!isQuiet) return null;
  const left = (untilMinute - minute + DAY_MINUTES) % DAY_MINUTES;
  return new Date((Math.floor(at.getTime() / MINUTE) + left) * MINUTE);
}

/** When a message that failed for the `attempts`th time is tried again; null when it was the last. */
export function retryAt(
  policy: Pick<MessagesPolicy, 'mostAttempts' | 'retrySeconds' | 'longestRetrySeconds'>,
  attempts: number,
  at: Date,
): Date | null {
  if (attempts >= policy.mostAttempts) return null;
  const seconds = Math.min(policy.retrySeconds * 2 ** (attempts - 1), policy.longestRetrySeconds);
  return new Date(at.getTime() + seconds * 1000);
}
