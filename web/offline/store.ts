/**
 * What a phone keeps: the visits of today and tomorrow as last read, what its bearer has recorded, and the key it signs
 * with. Kept by the browser (IndexedDB), shared by the pages and the service worker.
 */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { Me, Service, Visit } from '../parts/records.ts';
import { CHANGED } from './words.ts';

/** A day's visits as last read, by the phone's clock. */
export interface KeptDay {
  visits: Visit[];
  readAt: string;
}

/** What was read for the person who was signed in last; it goes when they sign out or another signs in. */
interface Kept {
  person: { me: Me; language: string };
  /** The catalogue, which is anybody's. */
  services: Service[];
  [day: `day:${string}`]: KeptDay;
}

/** What one act at a visit says, besides which visit and when. */
export interface CheckData {
  method: 'gps' | 'qr' | 'door_code';
  lat?: number;
  lon?: number;
  accuracyM?: number;
  code?: string;
  doorCode?: string;
  exception?: string;
}
export type Said =
  | { kind: 'check_in' | 'check_out'; data: CheckData }
  | { kind: 'task'; data: { code: string; done: boolean } }
  | { kind: 'note'; data: { text: string } };

/** An act as it was recorded on this phone and what became of it. */
export type Recorded = Said & {
  /** Made on the phone; the server takes it once under this id. */
  id: string;
  /** The account that recorded it, and under which alone it is sent. */
  userId: string;
  visitId: string;
  /** Rises by one with each act on this phone, whatever its clock says. */
  counter: number;
  /** By the phone's own clock. */
  deviceAt: string;
  /** The text that is signed and sent. */
  signed: string;
  /** Base64; null only between recording and signing. */
  signature: string | null;
  /** `superseded`: another way of checking in came first, and this one is kept as evidence. */
  state: 'waiting' | 'taken' | 'superseded' | 'refused';
  /** The server's code and sentence about it. */
  code: string | null;
  message: string | null;
  /** By the server's clock. */
  receivedAt: string | null;
  /** A refusal or conflict stays in sight until its reader has said so. */
  acknowledged: boolean;
};

/** This phone in the hands of one account. The private key cannot be read, only used. */
export interface Device {
  id: string;
  userId: string;
  keys: CryptoKeyPair;
  /** Whether the server knows the public key. */
  registered: boolean;
  counter: number;
  /** How far this phone's clock is ahead of the server's, in seconds, as last told. */
  skewSeconds: number;
}

interface Schema extends DBSchema {
  kept: { key: string; value: Kept[keyof Kept] };
  recorded: { key: string; value: Recorded; indexes: { userId: string } };
  devices: { key: string; value: Device };
}

let opening: Promise<IDBPDatabase<Schema>> | null = null;

/** The database of this phone. A later version may only add stores: an older page can still be open beside it. */
export function store(): Promise<IDBPDatabase<Schema>> {
  opening ??= openDB<Schema>('huzhu', 1, {
    upgrade(db) {
      db.createObjectStore('kept');
      db.createObjectStore('recorded', { keyPath: 'id' }).createIndex('userId', 'userId');
      db.createObjectStore('devices', { keyPath: 'userId' });
    },
    // A newer page changes the stores: this one gives way to it.
    blocking(_have, _wanted, event) {
      (event.target as IDBDatabase).close();
      opening = null;
    },
    terminated() {
      opening = null;
    },
  }).catch((reason) => {
    opening = null;
    throw reason;
  });
  return opening;
}

export async function readKept<Name extends keyof Kept & string>(
  name: Name,
): Promise<Kept[Name] | undefined> {
  return (await (await store()).get('kept', name)) as Kept[Name] | undefined;
}

export async function keepOnPhone<Name extends keyof Kept & string>(
  name: Name,
  value: Kept[Name],
): Promise<void> {
  await (await store()).put('kept', value, name);
}

const channel = new BroadcastChannel(CHANGED);

/** Tells every page on this phone that something was recorded, sent or answered. */
export function tellChanged(): void {
  channel.postMessage(null);
}
