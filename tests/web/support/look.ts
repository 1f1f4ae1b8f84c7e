/** What is wrong with a page as it stands: rules of accessibility it breaks, and whether it runs over its sides. */
import axe, { type AxeResults } from 'axe-core';
import type { BrowserContext, Page } from 'playwright-core';

/** Violations of axe-core's rules (WCAG 2.2 A and AA, best practices), each with the places it was found at. */
export async function violations(page: Page): Promise<string[]> {
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(axe.source);
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

/** Lets the pages of a window be asked how many answers they wait for; before the first page is opened. */
export async function watchReading(context: BrowserContext): Promise<void> {
  await context.addInitScript(`
    window.reading = 0;
    const send = window.fetch;
    window.fetch = (...asked) => {
      window.reading += 1;
      return send(...asked).finally(() => { window.reading -= 1; });
    };`);
}

/**
 * Goes on to another page as a link of the app does, without opening the app anew, and waits until it is there with
 * what it reads. The window is one of `watchReading`.
 */
export async function goOn(page: Page, address: string): Promise<void> {
  await page.evaluate(
    `history.pushState(null, '', ${JSON.stringify(address)}); dispatchEvent(new PopStateEvent('popstate'))`,
  );
  await page.evaluate(`new Promise((done) => {
    let quiet = 0;
    const look = () => {
      quiet = window.reading === 0 && !document.querySelector('[aria-busy="true"]') ? quiet + 1 : 0;
      if (quiet > 4) done(); else setTimeout(look, 20);
    };
    look();
  })`);
}
