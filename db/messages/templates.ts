/**
 * What people are told, in both languages. `{at}` and `{until}` are instants, `{on}` a day, `{service}` the code of a
 * service, `{certificate}` the kind of a certificate; the others are put in as given. A text fits one short message
 * where it can (70 characters in Chinese). `page` is where a touch leads.
 */

interface Words {
  title: string;
  text: string;
}

interface Template {
  zh: Words;
  en: Words;
  page: string;
}

export const templates = {
  offer_new: {
    zh: {
      title: '新的邀请',
      text: '有人需要您：{at}{service}，约{minutes}分钟，距您{metres}米。请在{until}前答复。',
    },
    en: {
      title: 'A new request',
      text: 'You are needed: {service}, {at}, about {minutes} min, {metres} m away. Please answer by {until}.',
    },
    page: '/volunteer',
  },
  offer_taken: {
    zh: { title: '已有人承接', text: '{at}的{service}已由另一位志愿者承接，谢谢您的热心。' },
    en: {
      title: 'Taken by another',
      text: 'Somebody else has taken {service} on {at}. Thank you all the same.',
    },
    page: '/volunteer',
  },
  visit_accepted: {
    zh: { title: '已安排好', text: '{elder}预约的{service}已安排好：{at}，由{helper}上门。' },
    en: { title: 'Arranged', text: '{service} for {elder} is arranged: {at}, {helper} will come.' },
    page: '/elder/visits',
  },
  visit_changed: {
    zh: { title: '安排有变动', text: '{elder}预约的{at}{service}有变动，正在重新安排，安排好后会再通知。' },
    en: {
      title: 'A change of plan',
      text: '{service} for {elder} on {at} is being arranged anew. You will hear again.',
    },
    page: '/elder/visits',
  },
  visit_cancelled: {
    zh: { title: '已取消', text: '{at}{elder}的{service}已取消。' },
    en: { title: 'Cancelled', text: '{service} for {elder} on {at} is cancelled.' },
    page: '/',
  },
  visit_withdrawn: {
    zh: { title: '不用去了', text: '{at}{elder}的{service}改由别人上门，您不用去了。' },
    en: {
      title: 'No longer yours',
      text: '{service} for {elder} on {at} is given to somebody else; you need not go.',
    },
    page: '/',
  },
  carer_changed: {
    zh: { title: '换了人上门', text: '{elder}预约的{at}{service}换了人：改由{helper}上门。' },
    en: {
      title: 'Somebody else comes',
      text: '{helper} will come instead for {service} for {elder} on {at}.',
    },
    page: '/elder/visits',
  },
  helper_late: {
    zh: { title: '会晚一些', text: '{elder}预约的{at}{service}还没有开始，正在联系{helper}，请稍候。' },
    en: {
      title: 'Running late',
      text: '{service} for {elder} on {at} has not begun yet. We are calling {helper}.',
    },
    page: '/elder/visits',
  },
  visit_missed: {
    zh: { title: '没有按时上门', text: '很抱歉，{elder}预约的{at}{service}没有人上门，正在另找人。' },
    en: {
      title: 'Nobody came',
      text: 'We are sorry: nobody came for {service} for {elder} on {at}. We are looking for somebody else.',
    },
    page: '/elder/visits',
  },
  visit_finished: {
    zh: { title: '服务已完成', text: '{elder}的{service}已完成，共{minutes}分钟，请确认；如有不符请提出。' },
    en: {
      title: 'The visit is over',
      text: '{service} for {elder} is done, {minutes} min. Please confirm it, or say what was not right.',
    },
    page: '/elder/visits',
  },
  welfare_alarm: {
    zh: { title: '请尽快查看', text: '{elder}连续{count}次巡访没有见到人，请尽快联系或上门查看。' },
    en: {
      title: 'Please check at once',
      text: 'Nobody met {elder} at {count} welfare checks in a row. Please call or visit at once.',
    },
    page: '/',
  },
  dispute_opened: {
    zh: { title: '有异议待核实', text: '{at}{elder}的{service}有异议，正在核实，核实前不结算。' },
    en: {
      title: 'Objected to',
      text: '{service} for {elder} on {at} is objected to. Nothing is paid until it is decided.',
    },
    page: '/',
  },
  dispute_decided: {
    zh: { title: '异议已有结果', text: '{at}{elder}的{service}的异议已有结果，请打开查看。' },
    en: {
      title: 'The objection is decided',
      text: 'The objection to {service} for {elder} on {at} is decided. Open it to read how.',
    },
    page: '/',
  },
  complaint_taken: {
    zh: { title: '有投诉，请说明', text: '{at}{elder}的{service}被投诉，请尽快说明情况。' },
    en: {
      title: 'A complaint to answer',
      text: '{service} for {elder} on {at} is complained of. Please say soon how it was.',
    },
    page: '/provider/complaints',
  },
  complaint_decided: {
    zh: { title: '投诉已有答复', text: '您对{at}{elder}的{service}的投诉已有答复，请打开查看。' },
    en: {
      title: 'Your complaint is answered',
      text: 'Your complaint about {service} for {elder} on {at} is answered. Open it to read how.',
    },
    page: '/elder/complaints',
  },
  plan_refused: {
    zh: {
      title: '计划中的一次没有约上',
      text: '{elder}照护计划中{at}的{service}没能预约，请查看计划或联系站点。',
    },
    en: {
      title: 'A planned visit was not booked',
      text: '{service} for {elder} on {at}, part of the care plan, could not be booked. Please look at the plan or call the station.',
    },
    page: '/elder/plans',
  },
  leave_redispatch: {
    zh: { title: '请假后重新安排', text: '{helper}请假，{count}次已约好的上门正在重新安排。' },
    en: {
      title: 'Arranged anew after leave',
      text: '{helper} is on leave; {count} booked visits are being arranged anew.',
    },
    page: '/',
  },
  bed_offered: {
    zh: {
      title: '等的床位有了',
      text: '{elder}等的床位有了：{on}起{nights}晚，为您留到{until}，请在这之前答复。',
    },
    en: {
      title: 'A bed is free',
      text: 'A bed is kept for {elder}: {nights} nights from {on}. Please answer by {until}.',
    },
    page: '/elder/respite',
  },
  bed_passed: {
    zh: {
      title: '床位没有留住',
      text: '为{elder}留的床位（{on}起{nights}晚）到时间没有答复，已让给下一位。',
    },
    en: {
      title: 'The bed went to the next',
      text: 'The bed kept for {elder} ({nights} nights from {on}) was not answered for in time and went to the next.',
    },
    page: '/elder/respite',
  },
  contract_drafted: {
    zh: {
      title: '有一份合同等您签字',
      text: '{elder}的家庭照护床位合同已拟好，{on}起，请慢慢看，同意再签字。',
    },
    en: {
      title: 'A contract waits for your signature',
      text: 'A family care bed contract for {elder} from {on} is drawn up. Read it in peace and sign it if you agree.',
    },
    page: '/elder/contracts',
  },
  contract_short: {
    zh: {
      title: '合同没有做够次数',
      text: '{elder}的家庭照护床位合同在{month}做了{done}次，还差{missing}次，请尽快补上并说明。',
    },
    en: {
      title: 'A contract fell short',
      text: 'Under the care bed contract of {elder}, {done} visits were made in {month} and {missing} are missing. Please make them up and say why.',
    },
    page: '/provider/contracts',
  },
  certificate_expiring: {
    zh: {
      title: '证书快到期',
      text: '{holder}的{certificate}将于{on}到期（还有{days}天），到期后不能再派相应服务。',
    },
    en: {
      title: 'A certificate runs out',
      text: '{certificate} of {holder} runs out on {on}, in {days} days. Afterwards the services that need it stop.',
    },
    page: '/',
  },
} as const satisfies Record<string, Template>;

export type MessageTemplate = keyof typeof templates;

export const messageTemplates = Object.keys(templates) as [MessageTemplate, ...MessageTemplate[]];

export type MessageParams = Record<string, string | number>;

/** What a template needs to be told. */
export function neededParams(template: MessageTemplate): string[] {
  const { zh } = templates[template];
  return [...new Set([...`${zh.title}${zh.text}`.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string))];
}
