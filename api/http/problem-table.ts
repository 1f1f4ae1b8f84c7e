/**
 * Everything the API can say no with, in one table: the stable code, the status, and in Chinese and English a title
 * and a sentence a person can act on. Refusals of the books use the same codes, so there is one way to say no.
 */
import type { RefusalCode } from '../../db/connect/act.ts';
import { type Entry, refusals } from './refusal-table.ts';

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
    zh: ['内容太大', '一次最多提交 256 kB，清算文件最多 8 MB，请缩短后再试。'],
    en: [
      'The body is too large',
      'A body may have at most 256 kB, a clearing file 8 MB; shorten it and send again.',
    ],
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
  not_sealed_yet: {
    status: 409,
    zh: ['还没有封存', '这笔转账还没有封存进账本的证明；一分钟内会封存，请稍后再试。'],
    en: [
      'Not sealed yet',
      'This transfer is not sealed into the proof of the ledger yet. It is sealed within a minute; try again then.',
    ],
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

export const problems: Readonly<Record<ProblemCode, Entry>> = { ...frontDoor, ...refusals };
export type ProblemCode = keyof typeof frontDoor | RefusalCode;
