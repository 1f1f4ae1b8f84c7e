/** The first catalogue (S1). Minutes, vocational level (5 junior … 1 senior), price in fen a visit. */
import type { Payer } from '../orders/rules.ts';
import type { services } from './schema.ts';

type FirstService = Omit<typeof services.$inferInsert, 'policyId' | 'position' | 'payers'> & {
  payers: readonly Payer[];
};

const byVolunteers: readonly Payer[] = ['time_bank'];
const byEither: readonly Payer[] = ['time_bank', 'subsidy', 'self'];
const byProviders: readonly Payer[] = ['subsidy', 'insurance', 'self'];

const volunteer = { channel: 'volunteer', minLevel: null, payers: byVolunteers } as const;
const either = { channel: 'either', minLevel: null, payers: byEither } as const;
const provider = (minLevel: number) => ({ channel: 'provider', minLevel, payers: byProviders }) as const;

export const firstCatalogue: readonly FirstService[] = [
  {
    code: 'companionship',
    zh: '精神慰藉',
    en: 'Companionship',
    category: 'spirit',
    defaultMinutes: 60,
    priceFen: 0,
    ...volunteer,
  },
  {
    code: 'meals',
    zh: '助餐',
    en: 'Meals',
    category: 'daily',
    defaultMinutes: 30,
    priceFen: 1500,
    ...either,
  },
  {
    code: 'bathing',
    zh: '助浴',
    en: 'Bathing',
    category: 'daily',
    defaultMinutes: 60,
    priceFen: 9000,
    intimate: 1,
    ...provider(5),
  },
  {
    code: 'cleaning',
    zh: '助洁',
    en: 'Cleaning',
    category: 'daily',
    defaultMinutes: 60,
    priceFen: 5000,
    ...either,
  },
  {
    code: 'urgent_help',
    zh: '助急',
    en: 'Urgent help',
    category: 'safety',
    defaultMinutes: 30,
    priceFen: 4000,
    ...either,
  },
  {
    code: 'medical_escort',
    zh: '助医',
    en: 'Medical escort',
    category: 'health',
    defaultMinutes: 120,
    priceFen: 8000,
    ...either,
  },
  {
    code: 'outings',
    zh: '助行',
    en: 'Walks and outings',
    category: 'daily',
    defaultMinutes: 60,
    priceFen: 0,
    ...volunteer,
  },
  {
    code: 'errands',
    zh: '代办',
    en: 'Errands',
    category: 'daily',
    defaultMinutes: 45,
    priceFen: 0,
    ...volunteer,
  },
  {
    code: 'welfare_check',
    zh: '巡视探访',
    en: 'Welfare check',
    category: 'safety',
    defaultMinutes: 20,
    priceFen: 0,
    ...volunteer,
  },
  {
    code: 'basic_nursing',
    zh: '基础护理',
    en: 'Basic nursing',
    category: 'health',
    defaultMinutes: 60,
    priceFen: 10000,
    intimate: 1,
    ...provider(4),
  },
  {
    code: 'rehabilitation',
    zh: '康复护理',
    en: 'Rehabilitation',
    category: 'health',
    defaultMinutes: 60,
    priceFen: 15000,
    ...provider(3),
  },
  {
    code: 'smartphone',
    zh: '智慧助老',
    en: 'Smartphone coaching',
    category: 'spirit',
    defaultMinutes: 45,
    priceFen: 0,
    ...volunteer,
  },
  {
    code: 'fraud_legal',
    zh: '防诈与法律',
    en: 'Fraud and legal advice',
    category: 'safety',
    defaultMinutes: 45,
    priceFen: 0,
    ...volunteer,
  },
  {
    code: 'home_respite',
    zh: '居家喘息',
    en: 'Home respite',
    category: 'respite',
    defaultMinutes: 240,
    blockMinutes: [240, 480, 1440],
    priceFen: 24000,
    ...provider(4),
  },
  {
    code: 'family_care_bed',
    zh: '家庭照护床位上门',
    en: 'Family care bed visit',
    category: 'health',
    channel: 'provider',
    minLevel: 4,
    defaultMinutes: 60,
    priceFen: 10000,
    intimate: 1,
    payers: ['bed_contract'],
  },
];
