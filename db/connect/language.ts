/** The language of a terminal's environment: Chinese unless it says another one. */
export function terminalLanguage(env: NodeJS.ProcessEnv): 'zh' | 'en' {
  const wished = env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  return /^(zh|$)/i.test(wished) ? 'zh' : 'en';
}
