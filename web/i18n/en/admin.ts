/** The administrator's pages. */
import type { messages as zh } from '../zh-CN/admin.ts';

export const messages: typeof zh = {
  system: {
    title: 'System',
    tab: 'System',
    personal:
      'The administrator sees no personal record: only the system’s health, the policies and changes to the configuration.',
  },
  health: {
    title: 'Health',
    again: 'Check again',
    alive: 'Process',
    ready: 'Database',
    yes: 'Well',
    no: 'Not well',
    took: 'Check took',
    ms: '{count} ms',
    at: 'Checked at',
  },
  ledger: { title: 'Sum of the ledger (must be zero)', min: 'Time', fen: 'Money' },
  simulator: {
    title: 'Demo city',
    on: 'The simulation is running',
    off: 'The simulation has stopped',
    text: 'While it runs, invented elders, volunteers and carers book, accept and visit by themselves.',
  },
  machines: {
    title: 'For other systems',
    docs: 'Documentation of the interface, to try',
    openapi: 'OpenAPI 3.1 description',
    metrics: 'Prometheus measurements',
  },
  config: {
    title: 'Changes to the configuration',
    none: 'Changes of accounts, policies and switches are recorded here.',
  },
  policies: { title: 'Policies and figures', tab: 'Policies' },
};
