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
