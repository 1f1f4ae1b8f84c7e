/** What is wrong with a page as it stands: rules of accessibility it breaks, and whether it runs over its sides. */
import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/** Violations of axe-core's rules (WCAG 2.2 A and AA, best practices), each with the places it was found at. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate<AxeResults>(`axe.run(document, { resultTypes: ['violations'] })`);
  return found.violations.map(({ id, nodes }) => {
    const places = nodes
      .slice(0, 3)
      .map((node) => `${node.target.join(' ')}: ${node.failureSummary?.replaceAll('\n', ' ') ?? ''}`);
    return [id, ...places].join('\n');
  });
}

/** How many CSS pixels the page is wider than its window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

/** Waits until nothing is being loaded or drawn in. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(`!document.querySelector('[aria-busy="true"]')`);
}
