/** How each refusal of the books is said, in Chinese and English: a title and a sentence a person can act on. */
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { RefusalCode } from '../../db/connect/act.ts';

type Words = readonly [title: string, detail: string];
export interface Entry {
  status: ContentfulStatusCode;
  zh: Words;
  en: Words;
}

export const refusals = {
  not_found: {
    status: 404,
    zh: ['没有找到', '没有找到这条记录，或它不在您能看的范围内。'],
    en: ['Not found', 'There is no such record, or it is not within what you may see.'],
  },
  not_yours: {
    status: 403,
    zh: ['不是您的记录', '只有相关的本人、家属或机构可以做这件事。'],
    en: ['Not yours', 'Only the person, family or provider concerned may do this.'],
  },
  wrong_state: {
    status: 409,
    zh: ['当前状态不允许', '现在的状态是“{state}”，不能这样操作；请刷新后查看最新状态。'],
    en: [
      'Not in this state',
      'The state is now “{state}”, which does not allow this. Refresh to see the latest.',
    ],
  },
  already_done: {
    status: 409,
    zh: ['已经办过了', '这件事已经办过了，不需要再做一次。'],
    en: ['Already done', 'This has been done already; there is nothing more to do.'],
  },
  not_enough_hours: {
    status: 409,
    zh: ['时长不够', '时间账户可用的时长不够这次服务；请缩短时长、改用其他付款方式，或取消别的预约。'],
    en: [
      'Not enough hours',
      'The time account does not have that much available. Book less time, choose another payer or cancel another booking.',
    ],
  },
  not_enough_subsidy: {
    status: 409,
    zh: ['补贴不够', '本月补贴余额不够这次服务；请缩短时长或改用其他付款方式。'],
    en: [
      'Not enough subsidy',
      "This month's subsidy does not cover this. Book less time or choose another payer.",
    ],
  },
  not_enough_money: {
    status: 409,
    zh: [
      '机构账户余额不够',
      '机构账户可用的只有 {left}（等待对方答复的已经扣除）；请减少金额，或先撤回别的申请。',
    ],
    en: [
      "Not enough in the provider's account",
      'The account has {left} available, without what waits for another answer. Ask for less, or withdraw another proposal first.',
    ],
  },
  not_entitled: {
    status: 403,
    zh: ['不符合条件', '这位老人不符合这种付款方式或服务的条件；请换一种，或咨询社区站点。'],
    en: [
      'Not entitled',
      'This elder is not entitled to this payer or service. Choose another, or ask the station.',
    ],
  },
  not_offered: {
    status: 409,
    zh: ['不提供这项服务', '这项服务现在不能这样预约；请查看服务目录中的付款方式与时长。'],
    en: [
      'Not offered',
      'This service cannot be booked in this way. See its payers and minutes in the service catalogue.',
    ],
  },
  offer_closed: {
    status: 409,
    zh: ['邀请已结束', '这份邀请已经被接受、撤回或过期，请刷新列表。'],
    en: ['The offer is closed', 'This offer was accepted, withdrawn or has expired. Refresh the list.'],
  },
  offer_taken: {
    status: 409,
    zh: ['已有人先接下', '谢谢您愿意帮忙！另一位比您快了一步，这一次由对方上门，您不用再做什么。'],
    en: [
      'Somebody was quicker',
      'Thank you for being willing to help. Somebody else accepted a moment before you, so there is nothing more to do.',
    ],
  },
  order_taken: {
    status: 409,
    zh: ['已有邀请在等待答复', '这张订单已经有一份邀请在等待答复；请先撤回，再改派。'],
    en: [
      'Another offer is open',
      'This order already has an open offer. Withdraw it first, then assign again.',
    ],
  },
  person_busy: {
    status: 409,
    zh: ['时间冲突', '这个人在这段时间已有别的服务，请换一个时间或换一个人。'],
    en: [
      'Busy at that time',
      'This person already has another visit at that time. Choose another time or person.',
    ],
  },
  person_unable: {
    status: 409,
    zh: ['不能承担', '这个人不符合这项服务的要求（技能、等级、证书、班次或距离），请换一个人。'],
    en: [
      'Not able to do it',
      'This person does not meet what the service asks (skill, level, certificate, shift or distance). Choose another.',
    ],
  },
  person_absent: {
    status: 409,
    zh: ['这段时间请假了', '这个人这段时间已登记请假或休息，请换一个时间或换一个人。'],
    en: ['Absent at that time', 'This person is on leave at that time. Choose another time or person.'],
  },
  visits_booked: {
    status: 409,
    zh: [
      '这段时间已约好上门',
      '这段时间已有 {count} 次约好的上门：{visits}。确认后，这些上门会重新找人；请选择“重新安排”再提交。',
    ],
    en: [
      'Visits are promised in this time',
      '{count} visits are promised in this time: {visits}. Choose to have them arranged anew and send again; nobody is left without a helper unknowingly.',
    ],
  },
  visit_running: {
    status: 409,
    zh: ['服务正在进行', '这段时间有一次服务已经开始，请先签退，或把请假改到之后。'],
    en: [
      'A visit is under way',
      'A visit in this time has begun. End it first, or let the absence begin after it.',
    ],
  },
  absence_overlaps: {
    status: 409,
    zh: ['已经登记过请假', '这段时间与已登记的请假重叠；请先结束原来的，或改时间。'],
    en: [
      'Already absent at that time',
      'This overlaps an absence that is recorded already. End that one first, or change the time.',
    ],
  },
  too_many_feeds: {
    status: 409,
    zh: ['日历地址太多', '最多同时有 {most} 个日历地址；请先停用一个不用的，再新建。'],
    en: [
      'Too many addresses',
      'At most {most} calendar addresses are in force. Revoke one that is not used.',
    ],
  },
  wrong_door_code: {
    status: 422,
    zh: ['门口码不正确', '4 位门口码不正确，请向老人核对后再输入。'],
    en: ['Wrong door code', 'The 4-digit door code is not right. Ask the elder and enter it again.'],
  },
  wrong_signature: {
    status: 422,
    zh: ['签名不符', '这条记录的签名与手机登记的不符，没有采用；请重新登录后再试。'],
    en: [
      'Wrong signature',
      'The signature of this record does not fit the phone, so it was not taken. Sign in again and retry.',
    ],
  },
  device_revoked: {
    status: 403,
    zh: ['手机已停用', '这部手机已被停用，它的记录没有采用；请换一部手机，并请机构或站点更正服务时间。'],
    en: [
      'This phone was signed off',
      'What it recorded was not taken. Use another phone, and ask your provider or station to correct the times.',
    ],
  },
  check_superseded: {
    status: 409,
    zh: ['之前已有记录', '这次服务已有先到的签到或签退，或已经取消；以先到的为准，您的记录作为凭证保留。'],
    en: [
      'Recorded before',
      'Another check came first, or the visit was given up. What came first stands; yours is kept as evidence.',
    ],
  },
  wrong_code: {
    status: 422,
    zh: ['验证码不正确', '没有与这个验证码相符的服务，请核对订单号和 6 位验证码。'],
    en: ['Wrong code', 'No visit fits this code. Check the order number and the six digits.'],
  },
  times_locked: {
    status: 409,
    zh: [
      '时间已锁定',
      '服务后 {days} 天内可以更正，这次服务已于 {date} 锁定；尚未结算的可以申请解锁，已结算的请走冲正程序。',
    ],
    en: [
      'Times are locked',
      'Times can be edited for {days} days; those of this visit were locked on {date}. Ask for them to be opened, or, once it is paid, for a reversal.',
    ],
  },
  too_many: {
    status: 409,
    zh: ['超过数量上限', '最多 {max} 个。'],
    en: ['Too many', 'There may be at most {max}.'],
  },
  too_late: {
    status: 409,
    zh: ['已经太晚', '已过了可以办理的时间；如有需要请致电服务热线。'],
    en: ['Too late', 'The time for this has passed. If you still need it, call the hotline.'],
  },
  too_early: {
    status: 409,
    zh: ['还太早', '还没到可以办理的时间，请稍后再试。'],
    en: ['Too early', 'It is too early for this. Try again later.'],
  },
  invalid: {
    status: 422,
    zh: ['内容不正确', '“{field}”不正确，请修改后再提交。'],
    en: ['Not valid', 'The field “{field}” is not right. Correct it and send again.'],
  },
  stale: {
    status: 412,
    zh: ['内容已被更新', '别人刚刚改过这条记录，请刷新后再操作。'],
    en: ['Changed in the meantime', 'Somebody changed this record since you read it. Refresh and try again.'],
  },
  account_closed: {
    status: 409,
    zh: ['账户已关闭', '这个时间账户已关闭，请联系社区站点。'],
    en: ['Account closed', 'This time account is closed. Ask your community station.'],
  },
  account_frozen: {
    status: 409,
    zh: ['账户已冻结', '这个时间账户暂时冻结，不能转出；请联系社区站点，核实后即可恢复。'],
    en: [
      'Account frozen',
      'Nothing can leave this time account for the moment. Ask your community station to check and reopen it.',
    ],
  },
  account_not_empty: {
    status: 409,
    zh: ['账户还有余额', '账户里还有时长或预约占用的时长，清零后才能关闭；请先处理余额和未完成的预约。'],
    en: [
      'The account is not empty',
      'There is time in the account, or set aside for bookings. Bring both to zero before closing it.',
    ],
  },
  not_related: {
    status: 403,
    zh: ['不是已核实的亲属', '时长只能用于或赠给已核实的亲属；请先在“亲属关系”里登记，由社区站点核实。'],
    en: [
      'Not a verified relative',
      'Time goes to verified relatives only. Register the relation first; your community station verifies it.',
    ],
  },
  not_old_enough: {
    status: 403,
    zh: [
      '还不到年龄',
      '接受服务的人需年满 {age} 岁，才能用存下的时长；在此之前可以继续存，或捐赠、赠给亲属。',
    ],
    en: [
      'Not yet of age',
      'Who is served with saved hours must be {age} or older. Until then keep saving, give or donate.',
    ],
  },
  not_transferable: {
    status: 409,
    zh: ['不能这样转出', '这类时长不能这样使用：政府发放的时长不能转赠，团队的时长只能捐赠。'],
    en: [
      'Cannot be moved in this way',
      'Time granted by the city cannot be given away, and team time can only be donated.',
    ],
  },
  needs_second_person: {
    status: 409,
    zh: ['需要另一个人确认', '这件事须由提出者以外的另一位工作人员确认；请由另一位工作人员登录后办理。'],
    en: [
      'A second person is needed',
      'Somebody other than the person who asked has to confirm this. Let another member of staff sign in and decide.',
    ],
  },
  over_limit: {
    status: 409,
    zh: ['超过额度', '超过了与对方城市约定的额度，额度还剩 {left}；请减少数额，或由对方先结清、放宽额度。'],
    en: [
      'Over the limit',
      'This would pass the limit agreed with the other city. Left of it: {left}. Use less, or have the limit raised or settled first.',
    ],
  },
  file_altered: {
    status: 422,
    zh: [
      '文件前后不符',
      '文件里的合计或校验码与逐笔内容不一致，可能传输中损坏或被改过；没有核对，请对方重新导出、完整发送。',
    ],
    en: [
      'The file does not agree with itself',
      'Its totals or its digest do not fit its lines, so it was damaged or changed on the way. Nothing was compared; have the other city export and send it again.',
    ],
  },
  other_file: {
    status: 422,
    zh: [
      '不是这份文件',
      '这份文件是 {sender} 发给 {receiver} 的，不是要核对的 {partner} 发给本市的；请核对后重新选择文件。',
    ],
    en: [
      'This is another file',
      'This file was sent by {sender} to {receiver}; here the one of {partner} to this city is needed. Choose the right file.',
    ],
  },
  over_mandate: {
    status: 409,
    zh: [
      '超过本月授权额度',
      '老人授权您每月代用的时长，本月只剩 {left} 分钟；请减少时长，或请老人或社区站点调整授权。',
    ],
    en: [
      'More than you may spend this month',
      'Of what the elder lets you spend in a month, {left} minutes are left. Use less, or ask the elder or the station to change it.',
    ],
  },
  nobody_found: {
    status: 422,
    zh: ['没有找到这个人', '没有找到姓名和号码都相符的人；请核对后再填，或到社区站点办理。'],
    en: [
      'Nobody found',
      'We found nobody with this name and number. Check both, or ask your community station.',
    ],
  },
  ages_do_not_fit: {
    status: 422,
    zh: ['年龄与关系不符', '双方的年龄与所填的关系不符；请核对关系，或到社区站点更正出生日期。'],
    en: [
      'The ages do not fit',
      'The ages of the two do not fit this relation. Check the relation, or have the date of birth corrected at the station.',
    ],
  },
  own_request: {
    status: 403,
    zh: ['不能由本人核实', '提出申请的人和申请涉及的人不能自己核实；请由另一位工作人员办理。'],
    en: [
      'Not by the same person',
      'Whoever asked, or whom it concerns, cannot decide on it. Another member of staff has to.',
    ],
  },
  visit_not_verified: {
    status: 409,
    zh: ['服务还没有核实', '没有核实过签到签退的服务不能结算；请先补全服务记录。'],
    en: [
      'The visit is not verified',
      'A visit without verified check-in and check-out cannot be paid. Complete its record first.',
    ],
  },
  not_reversible: {
    status: 409,
    zh: ['不能冲正', '这笔本身就是更正，不能再冲正；如仍有错，请重新登记一笔。'],
    en: [
      'Cannot be reversed',
      'This transfer is itself a correction. If it is still wrong, post what is right anew.',
    ],
  },
  orders_open: {
    status: 409,
    zh: ['还有服务没有办结', '还有 {count} 次服务正在进行、等待确认或有异议；请先确认或处理，再关闭账户。'],
    en: [
      'Visits are not over',
      '{count} visits are under way, wait to be confirmed or are disputed. Confirm or decide them before closing the account.',
    ],
  },
  other_length: {
    status: 422,
    zh: ['时长不在可选范围', '这项服务只能按 {lengths} 分钟预约，请从中选择。'],
    en: ['Not one of its lengths', 'This service is booked for {lengths} minutes. Choose one of these.'],
  },
  conflicts: {
    status: 409,
    zh: ['和别的预约时间重叠', '这位老人在 {times} 已有预约；请换一个时间，或确认仍要预约。'],
    en: [
      'At the same time as another booking',
      'The elder is booked at {times} already. Choose another time, or confirm that both are wanted.',
    ],
  },
  rule_part: {
    status: 422,
    zh: ['重复规则有看不懂的部分', '重复规则中的“{part}”不能使用；请改用每天、每周、每月或每年的规则。'],
    en: [
      'A part of the rule cannot be used',
      'The part “{part}” of the recurrence cannot be used. Use a daily, weekly, monthly or yearly rule.',
    ],
  },
  rule_empty: {
    status: 422,
    zh: ['这个规则没有任何一天', '按这个重复规则，没有任何一天会安排服务；请修改日期或规则。'],
    en: ['The rule names no day', 'No day ever fits this recurrence. Change its dates or its rule.'],
  },
  rule_too_often: {
    status: 422,
    zh: ['次数太多', '同一个计划一天最多 {most} 次；请减少次数，或分成几个计划。'],
    en: ['Too often', 'One plan has at most {most} visits a day. Ask for fewer, or make several plans.'],
  },
  reason_needed: {
    status: 422,
    zh: ['请写明理由', '请写明理由（至少 4 个字），它会和操作一起记录。'],
    en: ['A reason is needed', 'Give a reason of at least 4 characters; it is recorded with the act.'],
  },
  no_bed_free: {
    status: 409,
    zh: ['没有空床', '这些晚上没有这类空床；请换日期、床型或机构，或登记候补，有空床时会为您保留。'],
    en: [
      'No bed is free',
      'No bed of this kind is free for these nights. Choose other nights, another kind or provider, or join the waiting list.',
    ],
  },
  over_quota: {
    status: 409,
    zh: ['超过本年喘息额度', '这个家庭 {year} 年的喘息服务额度还剩 {left}；请减少，或咨询社区站点。'],
    en: [
      'More than the yearly quota',
      'Of the household’s respite in {year}, {left} are left. Book less, or ask your community station.',
    ],
  },
} as const satisfies Record<RefusalCode, Entry>;
