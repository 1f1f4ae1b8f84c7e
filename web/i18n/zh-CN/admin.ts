/** 系统管理员的页面。 */
export const messages = {
  system: {
    title: '系统运行',
    tab: '系统',
    personal: '系统管理员看不到任何个人资料；这里只有运行状况、政策和配置变动。',
  },
  health: {
    title: '健康状况',
    again: '重新检查',
    alive: '服务进程',
    ready: '数据库连接',
    yes: '正常',
    no: '异常',
    took: '检查用时',
    ms: '{count} 毫秒',
    at: '检查时间',
  },
  ledger: { title: '账本合计（应为零）', min: '时间', fen: '资金' },
  simulator: {
    title: '演示城市',
    on: '模拟正在运行',
    off: '模拟已停止',
    text: '打开时，虚构的老人、志愿者和护理员会自己预约、接单和上门。',
  },
  machines: {
    title: '给其他系统',
    docs: '接口文档（可试用）',
    openapi: '接口描述 OpenAPI 3.1',
    metrics: '运行指标 Prometheus',
  },
  config: { title: '配置变动', none: '账号、政策、开关的变动会记在这里。' },
  policies: { title: '政策与参数', tab: '政策' },
};
