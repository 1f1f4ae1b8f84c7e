/** 机构、站点、监管与管理页面共用的词。 */
export const messages = {
  dark: '深色',
  pages: '本页各栏',
  none: '—',
  cut: '只列出前 {count} 条',
  dayBefore: '前一天',
  dayAfter: '后一天',
  genders: { female: '女', male: '男' },
  reason: { least: '至少 {count} 个字，会留下记录', keep: '不了' },
  unmask: {
    open: '查看完整信息',
    why: '为什么需要查看？',
    hint: '至少 4 个字。原因会记入日志，老人本人看得到。',
    send: '记录原因并查看',
    name: '姓名',
    phone: '电话',
    address: '住址',
    recorded: '本次查看及原因已记录。',
    hide: '收起',
  },
};
