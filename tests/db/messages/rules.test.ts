import { describe, expect, it } from 'vitest';
import { quietUntil } from '../../../db/messages/rules.ts';
import { isPushService } from '../../../db/messages/subscriptions.ts';

describe('quiet hours', () => {
  const clock = (text: string) => new Date(`2026-05-01T${text}:00+08:00`);
  it('go over midnight, end at their minute, and are none where both ends are the same', () => {
    const night = { fromMinute: 21 * 60, untilMinute: 7 * 60 };
    expect(quietUntil(night, clock('20:59'))).toBeNull();
    expect(quietUntil(night, clock('21:00'))).toEqual(new Date('2026-05-02T07:00:00+08:00'));
    expect(quietUntil(night, clock('06:59'))).toEqual(clock('07:00'));
    expect(quietUntil(night, clock('07:00'))).toBeNull();
    expect(quietUntil({ fromMinute: 720, untilMinute: 840 }, clock('13:00'))).toEqual(clock('14:00'));
    expect(quietUntil({ fromMinute: 0, untilMinute: 0 }, clock('00:00'))).toBeNull();
  });
});

describe('push services', () => {
  it('are called only where the policy names them, encrypted and by their name', () => {
    const hosts = ['push.apple.com', 'fcm.googleapis.com'];
    expect(isPushService('https://web.push.apple.com/x', hosts)).toBe(true);
    expect(isPushService('https://fcm.googleapis.com/fcm/send/x', hosts)).toBe(true);
    for (const bad of [
      'http://fcm.googleapis.com/x',
      'https://fcm.googleapis.com.evil.cn/x',
      'https://evilfcm.googleapis.com/x',
      'https://fcm.googleapis.com:8443/x',
      'https://fcm.googleapis.com@127.0.0.1/x',
      'https://127.0.0.1/x',
      'no address',
    ])
      expect([bad, isPushService(bad, hosts)]).toEqual([bad, false]);
  });
});
