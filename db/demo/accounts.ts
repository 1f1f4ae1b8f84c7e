/** The accounts of a demo city, one a role, printed at its start and offered on its sign-in page. */
import type { Role } from '../connect/act.ts';

export interface DemoAccount {
  role: Exclude<Role, 'system'>;
  username: string;
  /** Known to everybody: a demo city holds invented people only. */
  password: string;
  name: string;
}

const password = 'huzhu-demo-2026';

export const demoAccounts: readonly DemoAccount[] = [
  { role: 'elder', username: 'elder', password, name: '王秀英' },
  { role: 'family', username: 'family', password, name: '王建国' },
  { role: 'volunteer', username: 'volunteer', password, name: '张伟' },
  { role: 'carer', username: 'carer', password, name: '孙丽' },
  { role: 'provider', username: 'provider', password, name: '安康养老服务中心' },
  { role: 'station', username: 'station', password, name: '梅园社区站点' },
  { role: 'dispatcher', username: 'dispatcher', password, name: '市调度中心' },
  { role: 'regulator', username: 'regulator', password, name: '市民政局监管处' },
  { role: 'admin', username: 'admin', password, name: '系统管理员' },
];
