/** 机构、站点、监管与管理页面共用的词。 */
export const messages = {
  dark: '深色',
  pages: '本页各栏',
  none: '—',
  cut: '只列出前 {count} 条',
  genders: { female: '女', male: '男' },
};
