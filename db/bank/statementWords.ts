/** What the columns and causes of a statement are called in a file. */
import type { Cause, Currency } from './rules.ts';

export type FileLanguage = 'zh-CN' | 'en';

interface Words {
  title: string;
  account: string;
  period: string;
  opening: string;
  closing: string;
  held: string;
  head: string;
  reversed: string;
  columns: Record<Column, string>;
  currencies: Record<Currency, string>;
  causes: Record<Cause, readonly [taken: string, received: string]>;
}

/** The columns of a file, in their order; in CSV they are called by these names in every language. */
export const columns = [
  'transfer_id',
  'order_id',
  'at',
  'cause',
  'cause_text',
  'amount',
  'currency',
  'balance_after',
  'counterparty_kind',
  'counterparty',
  'order_number',
  'service_code',
  'words',
  'reversed',
] as const;
export type Column = (typeof columns)[number];

export const fileWords: Record<FileLanguage, Words> = {
  'zh-CN': {
    title: '时间银行对账单',
    account: '户名',
    period: '期间',
    opening: '期初余额',
    closing: '期末余额',
    held: '目前冻结',
    head: '账本证明（大小、根）',
    reversed: '已更正',
    columns: {
      transfer_id: '流水编号',
      order_id: '订单编码',
      at: '时间（北京时间）',
      cause: '类型代码',
      cause_text: '类型',
      amount: '数额',
      currency: '单位',
      balance_after: '余额',
      counterparty_kind: '对方账户类型',
      counterparty: '对方',
      order_number: '订单号',
      service_code: '服务代码',
      words: '留言',
      reversed: '是否已更正',
    },
    currencies: { min: '分钟', fen: '分（人民币）' },
    causes: {
      visit: ['接受服务', '服务存入'],
      dispute: ['有异议，暂存待定', '异议已定，暂存转回'],
      grant: ['政府赠送', '政府赠送'],
      lapse: ['赠送时间到期收回', '赠送时间到期收回'],
      gift: ['转给亲属', '亲属转入'],
      donation: ['捐入公共时间池', '收到捐赠'],
      reversal: ['更正扣回', '更正退回'],
      receivable: ['记为欠时', '欠时垫付'],
      recovery: ['归还欠时', '归还欠时'],
      settlement: ['异地结算转出', '异地结算转入'],
      import: ['旧账转入', '旧账转入'],
      closing: ['账户结清', '账户结清转入'],
    },
  },
  en: {
    title: 'Time bank statement',
    account: 'Account of',
    period: 'Period',
    opening: 'Opening balance',
    closing: 'Closing balance',
    held: 'Held now',
    head: 'Proof of the ledger (size, root)',
    reversed: 'corrected',
    columns: {
      transfer_id: 'Transfer',
      order_id: 'Order id',
      at: 'Time (Asia/Shanghai)',
      cause: 'Cause code',
      cause_text: 'Cause',
      amount: 'Amount',
      currency: 'Unit',
      balance_after: 'Balance',
      counterparty_kind: 'Kind of other account',
      counterparty: 'Other side',
      order_number: 'Order number',
      service_code: 'Service code',
      words: 'Words',
      reversed: 'Corrected',
    },
    currencies: { min: 'minutes', fen: 'fen' },
    causes: {
      visit: ['Service received', 'Service given'],
      dispute: ['Kept aside while disputed', 'Back from the dispute'],
      grant: ['Granted by the city', 'Granted by the city'],
      lapse: ['Granted time lapsed', 'Granted time lapsed'],
      gift: ['Given to a relative', 'Given by a relative'],
      donation: ['Donated to the pool', 'Donation received'],
      reversal: ['Taken back by a correction', 'Given back by a correction'],
      receivable: ['Recorded as owed', 'Covered as owed'],
      recovery: ['Debt repaid', 'Debt repaid'],
      settlement: ['Moved to another city', 'Moved from another city'],
      import: ['Brought over', 'Brought over'],
      closing: ['Account closed', 'From a closed account'],
    },
  },
};

/** What a cause is called on the side that the signed amount belongs to. */
export function causeText(cause: Cause, amount: number, language: FileLanguage): string {
  return fileWords[language].causes[cause][amount < 0 ? 0 : 1];
}
