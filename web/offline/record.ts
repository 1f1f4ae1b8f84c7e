/** Recording an act at a visit: written on the phone first, whether or not there is a network. */
import { newKey } from '../parts/key.ts';
import { deviceOf, sign } from './device.ts';
import { type Device, type Recorded, type Said, store, tellChanged } from './store.ts';

/** Writes what was done at a visit at `deviceAt` (this phone's clock) and signs it. It waits to be sent. */
export async function record(
  userId: string,
  visitId: string,
  said: Said,
  deviceAt: string,
): Promise<Recorded> {
  const device = await deviceOf(userId);
  const tx = (await store()).transaction(['devices', 'recorded'], 'readwrite');
  const devices = tx.objectStore('devices');
  const known = (await devices.get(userId)) as Device;
  const counter = known.counter + 1;
  const id = newKey();
  const { kind, data } = said;
  const made: Recorded = {
    ...said,
    id,
    userId,
    visitId,
    counter,
    deviceAt,
    signed: JSON.stringify({ id, deviceId: device.id, counter, visitId, kind, deviceAt, data }),
    signature: null,
    state: 'waiting',
    code: null,
    message: null,
    receivedAt: null,
    acknowledged: false,
  };
  await devices.put({ ...known, counter });
  await tx.objectStore('recorded').put(made);
  await tx.done;
  const signature = await signatureOf(device, made);
  tellChanged();
  return { ...made, signature };
}

/** The signature of a recorded act; made now when the page was closed right after recording. */
export async function signatureOf(device: Device, one: Recorded): Promise<string> {
  if (one.signature) return one.signature;
  const signature = await sign(device, one.signed);
  const tx = (await store()).transaction('recorded', 'readwrite');
  const now = await tx.store.get(one.id);
  if (now) await tx.store.put({ ...now, signature });
  await tx.done;
  return signature;
}
