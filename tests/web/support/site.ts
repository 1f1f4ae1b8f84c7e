/**
 * The whole product around the test city, for a real browser: the pages and the API on a port of their own, live
 * connections, and a worker at its schedule.
 */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import type { Browser } from 'playwright-core';
import { createApp } from '../../../api/app.ts';
import { openLive } from '../../../api/live/sockets.ts';
import { logger } from '../../../db/connect/log.ts';
import { startWorker } from '../../../worker/run.ts';
import { schedule } from '../../../worker/schedule.ts';
import { PASSWORD } from '../../api/support/city.ts';
import { type Front, openFront } from '../../api/support/front.ts';
import { openWindow, startBrowser, type Window } from '../../support/browser.ts';

/** Where the people of the test city live: the position that a phone reports at the door. */
const AT_HOME = { latitude: 32.05, longitude: 118.8 };

export interface Visitor extends Window {
  /** The name under which they are signed in. */
  username: string;
}

export interface Site {
  front: Front;
  address: string;
  browser: Browser;
  /** A window of somebody who is not signed in. */
  window(options?: Partial<Parameters<typeof openWindow>[1]>): Promise<Window>;
  /** Signs somebody in by the sign-in page, in a window of their own; a phone's unless told otherwise. */
  signIn(username: string, options?: Partial<Parameters<typeof openWindow>[1]>): Promise<Visitor>;
  close(): Promise<void>;
}

/** Opens the product for one test file. */
export async function openSite(): Promise<Site> {
  const front = await openFront({ demo: true });
  const app = createApp(front.context);
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }) as Server;
  await new Promise((resolve) => server.once('listening', resolve));
  const live = await openLive(front.context, server, front.database.sql);
  const worker = startWorker(schedule, {
    db: front.database.db,
    log: logger('test'),
    now: () => new Date(),
  });
  const browser = await startBrowser();
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const site: Site = {
    front,
    address,
    browser,
    window: (given) => openWindow(browser, { baseURL: address, position: AT_HOME, ...given }),
    async signIn(username, given) {
      const opened = await site.window({ width: 390, height: 844, ...given });
      opened.page.setDefaultTimeout(30_000);
      await opened.page.goto('/sign-in');
      await opened.page.locator('#username').fill(username);
      await opened.page.locator('#password').fill(PASSWORD);
      await opened.page.locator('form button.primary').click();
      await opened.page.waitForURL((url) => url.pathname !== '/sign-in');
      return { ...opened, username };
    },
    async close() {
      await browser.close();
      await worker.end(5_000);
      server.close();
      server.closeAllConnections();
      await live.close();
      await front.close();
    },
  };
  return site;
}
