/** The records of API v1 as the pages see them. Minutes and fen are integers, times are RFC 3339 instants. */

export type Role =
  | 'elder'
  | 'family'
  | 'volunteer'
  | 'carer'
  | 'provider'
  | 'station'
  | 'dispatcher'
  | 'regulator'
  | 'admin';

export type OrderState =
  | 'requested'
  | 'offered'
  | 'accepted'
  | 'started'
  | 'finished'
  | 'settled'
  | 'disputed'
  | 'cancelled'
  | 'unserved';

export type Payer = 'time_bank' | 'subsidy' | 'insurance' | 'bed_contract' | 'self';
export type Urgency = 'normal' | 'same_day' | 'urgent';
export type Currency = 'min' | 'fen';
export type DeclineReason = 'busy' | 'too_far' | 'unwell' | 'unsuitable' | 'other';

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export interface Me {
  userId: string;
  username: string | null;
  name: string;
  role: Role;
  language: string | null;
  personId: string | null;
  providerId: string | null;
  stationId: string | null;
  areaCode: string | null;
  actsFor: { elderId: string; name: string; scopes: ('book' | 'see' | 'spend')[] }[];
  totp: boolean;
  demo: boolean;
}

export interface Service {
  code: string;
  zh: string;
  en: string;
  category: string;
  defaultMinutes: number;
  channel: 'volunteer' | 'provider' | 'either';
  minLevel: number | null;
  carersNeeded: number;
  multiplierPercent: number;
  priceFen: number;
  payers: Payer[];
}

export interface Assignee {
  personId: string;
  name: string;
  kind: 'volunteer' | 'carer';
}

export interface Order {
  id: string;
  number: string;
  state: OrderState;
  serviceCode: string;
  channel: 'volunteer' | 'provider';
  payer: Payer;
  elder: { id: string; name: string };
  areaCode: string;
  districtCode: string;
  startAt: string;
  latestStartAt: string;
  minutes: number;
  urgency: Urgency;
  assignee: Assignee | null;
  providerId: string | null;
  providerName: string | null;
  lat: number;
  lon: number;
  createdAt: string;
  updatedAt: string;
  version: number;
  doorCode?: string;
  holdMinutes?: number;
  priceFen?: number;
}

export interface HistoryRow {
  at: string;
  from: OrderState | null;
  to: OrderState;
  actorRole: Role | 'system';
  actorName: string;
  onBehalfOf: string | null;
  reason: string | null;
}

export interface Offer {
  id: string;
  orderId: string;
  state: 'open' | 'accepted' | 'declined' | 'expired' | 'withdrawn';
  to: Assignee;
  providerId: string | null;
  sentAt: string;
  expiresAt: string;
  answeredAt: string | null;
  declineReason: string | null;
  why: { distanceM: number | null; score: number | null; terms: { code: string; value: number }[] };
}

export type OfferWithOrder = Offer & { order: Order };

export interface CheckRecord {
  at: string;
  method: 'gps' | 'qr' | 'phone';
  distanceM: number | null;
  trust: string | number;
  exception: string | null;
}

export interface Visit {
  id: string;
  orderId: string;
  serviceCode: string;
  state: 'planned' | 'started' | 'finished' | 'missed' | 'cancelled';
  elder: { name: string; address: string; phoneMasked: string; lat: number; lon: number };
  plannedStartAt: string;
  plannedEndAt: string;
  checkIn: CheckRecord | null;
  checkOut: CheckRecord | null;
  verifiedMinutes: number | null;
  note: string | null;
}

export interface Rating {
  answers: number[];
  comment: string | null;
}

export interface OrderDetail extends Order {
  history: HistoryRow[];
  offers: Offer[];
  visit: Visit | null;
  rating: Rating | null;
}

export interface Account {
  id: string;
  kind: 'personal' | 'grant' | 'team';
  currency: Currency;
  balance: number;
  held: number;
  available: number;
}

export interface Entry {
  id: string;
  at: string;
  amount: number;
  balanceAfter: number;
  cause: string;
  causeId: string | null;
  orderId: string | null;
  memo: string | null;
}
