/**
 * Everything the API can say no with, in one table: the stable code, the status, and in Chinese and English a title
 * and a sentence a person can act on. Refusals of the books use the same codes, so there is one way to say no.
 */
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { RefusalCode } from '../../db/connect/act.ts';

type Words = readonly [title: string, detail: string];
interface Entry {
  status: ContentfulStatusCode;
  zh: Words;
  en: Words;
}

const frontDoor = {
  validation_failed: {
    status: 422,
    zh: ['填写有误', '有内容填写不正确，请按每一项的提示修改后再提交。'],
    en: [
      'Some fields are not right',
      'Correct the fields listed in errors as each one says, then send again.',
    ],
  },
  body_not_json: {
    status: 400,
    zh: ['内容不是 JSON', '请求内容必须是一个 JSON 对象，请检查格式后再提交。'],
    en: ['The body is not JSON', 'Send one JSON object as the body.'],
  },
  media_type: {
    status: 415,
    zh: ['不支持的内容类型', '请用 Content-Type: application/json 提交。'],
    en: ['Unsupported media type', 'Send the body with Content-Type: application/json.'],
  },
  body_too_large: {
    status: 413,
    zh: ['内容太大', '一次最多提交 256 kB，请缩短后再试。'],
    en: ['The body is too large', 'A body may have at most 256 kB; shorten it and send again.'],
  },
  unauthenticated: {
    status: 401,
    zh: ['请先登录', '您还没有登录，或登录已过期，请登录后再试。'],
    en: ['Sign in first', 'You are not signed in, or your session has ended. Sign in and try again.'],
  },
  sign_in_failed: {
    status: 401,
    zh: ['登录失败', '用户名或密码不正确，请核对后再试。'],
    en: ['Sign-in failed', 'The user name or the password is not right. Check both and try again.'],
  },
  code_wrong: {
    status: 401,
    zh: ['验证码不正确', '验证码不正确或已过期，请核对，或重新获取一个。'],
    en: ['The code is not right', 'The code is wrong or has expired. Check it, or ask for a new one.'],
  },
  second_factor_required: {
    status: 403,
    zh: ['需要第二步验证', '这个账号开启了两步验证，请用用户名和密码登录，再输入动态口令。'],
    en: [
      'Second factor needed',
      'This account uses a second factor: sign in with user name and password, then enter the code of your authenticator.',
    ],
  },
  two_factor_state: {
    status: 409,
    zh: ['两步验证状态不符', '请先在账号设置中开启或关闭两步验证，再做这一步。'],
    en: [
      'Second factor is in another state',
      'Enable or disable the second factor first, then do this step.',
    ],
  },
  password_wrong: {
    status: 403,
    zh: ['密码不正确', '密码不正确，请重新输入。'],
    en: ['Wrong password', 'The password is not right. Enter it again.'],
  },
  account_locked: {
    status: 429,
    zh: ['暂时锁定', '尝试次数太多，请 15 分钟后再试，或致电服务热线。'],
    en: ['Locked for now', 'Too many attempts. Try again in 15 minutes, or call the hotline.'],
  },
  sms_failed: {
    status: 503,
    zh: ['短信没有发出', '验证码短信没有发出，请稍后再试，或用密码登录。'],
    en: [
      'The code was not sent',
      'The text message could not be sent. Try again shortly, or sign in with a password.',
    ],
  },
  user_closed: {
    status: 403,
    zh: ['账号已停用', '这个账号已停用，请联系社区站点或服务热线。'],
    en: ['Account closed', 'This account is closed. Ask your community station or call the hotline.'],
  },
  origin_refused: {
    status: 403,
    zh: ['来源不被允许', '请从本系统的页面登录。'],
    en: ['Origin refused', 'Sign in from a page of this system.'],
  },
  forbidden: {
    status: 403,
    zh: ['没有权限', '您的身份不能做这件事；如有需要，请联系社区站点或管理员。'],
    en: [
      'Not for your role',
      'Your role may not do this. If you need it, ask your station or an administrator.',
    ],
  },
  route_not_found: {
    status: 404,
    zh: ['没有这个地址', '没有这个接口，请查看 /api/docs。'],
    en: ['No such address', 'There is no such route; see /api/docs.'],
  },
  method_not_allowed: {
    status: 405,
    zh: ['方法不支持', '这个地址不支持这种请求方法，请查看响应头 Allow。'],
    en: ['Method not allowed', 'This address does not take that method; see the Allow header.'],
  },
  idempotency_key_missing: {
    status: 400,
    zh: ['缺少 Idempotency-Key', '请在请求头 Idempotency-Key 中带一个新的标识（如 UUID），重试时保持不变。'],
    en: [
      'Idempotency-Key is missing',
      'Send a header Idempotency-Key with a new identifier such as a UUID, and keep it when you retry.',
    ],
  },
  idempotency_key_invalid: {
    status: 400,
    zh: ['Idempotency-Key 格式不对', 'Idempotency-Key 应为 8 到 100 个字母、数字、连字符或下划线。'],
    en: [
      'Idempotency-Key is malformed',
      'Idempotency-Key must be 8 to 100 letters, digits, hyphens or underscores.',
    ],
  },
  idempotency_key_reused: {
    status: 422,
    zh: ['Idempotency-Key 已用于别的请求', '这个标识已用于另一个内容，请换一个新的标识。'],
    en: [
      'Idempotency-Key was used for another request',
      'This key was sent before with another body or route. Use a new key.',
    ],
  },
  request_in_flight: {
    status: 409,
    zh: ['正在处理', '同样的请求正在处理，请稍等片刻再试。'],
    en: ['Still being done', 'The same request is still being done. Wait a moment and try again.'],
  },
  cursor_invalid: {
    status: 400,
    zh: ['翻页标识无效', '请从第一页重新开始，或原样使用上一页返回的 nextCursor。'],
    en: ['The cursor is not valid', 'Start from the first page, or send nextCursor as it was given.'],
  },
  if_match_invalid: {
    status: 400,
    zh: ['If-Match 格式不对', '请原样使用上次返回的 ETag。'],
    en: ['If-Match is malformed', 'Send the ETag exactly as it was given.'],
  },
  too_many_requests: {
    status: 429,
    zh: ['请求太频繁', '请求太频繁，请 {seconds} 秒后再试。'],
    en: ['Too many requests', 'Too many requests. Try again in {seconds} seconds.'],
  },
  not_ready: {
    status: 503,
    zh: ['服务还未就绪', '服务正在启动或数据库暂不可用，请稍后再试。'],
    en: ['Not ready', 'The service is starting or its database cannot be reached. Try again shortly.'],
  },
  internal: {
    status: 500,
    zh: ['服务出错', '系统出了问题，已记录。请稍后再试，或致电服务热线并报上请求编号。'],
    en: [
      'Something went wrong',
      'The failure was recorded. Try again shortly, or call the hotline and give the request id.',
    ],
  },
} as const satisfies Record<string, Entry>;

const refusals = {
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
  exception_needed: {
    status: 422,
    zh: ['需要说明原因', '您不在服务地点附近，或没有定位，请选择一个原因后再提交；服务可以照常进行。'],
    en: [
      'A reason is needed',
      'You are away from the home, or there is no position. Choose a reason and send again; the visit can go on.',
    ],
  },
  wrong_door_code: {
    status: 422,
    zh: ['门口码不正确', '4 位门口码不正确，请向老人核对后再输入。'],
    en: ['Wrong door code', 'The 4-digit door code is not right. Ask the elder and enter it again.'],
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
  reason_needed: {
    status: 422,
    zh: ['请写明理由', '请写明理由（至少 4 个字），它会和操作一起记录。'],
    en: ['A reason is needed', 'Give a reason of at least 4 characters; it is recorded with the act.'],
  },
} as const satisfies Record<RefusalCode, Entry>;

export const problems: Readonly<Record<ProblemCode, Entry>> = { ...frontDoor, ...refusals };
export type ProblemCode = keyof typeof frontDoor | RefusalCode;
