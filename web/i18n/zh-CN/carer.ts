/** 护理员的页面。 */
export const messages = {
  round: {
    title: '我的工作',
    before: '前一天',
    after: '后一天',
    none: '这一天没有安排',
    noneText: '机构派单后会出现在这里，不用刷新。',
    count: '共 {planned} 次，已完成 {served} 次',
  },
};
