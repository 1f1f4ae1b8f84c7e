/**
 * What makes the built pages an installable app: the manifest, its icons, and the service worker with the list of
 * files it keeps. Only what the carer's, the volunteer's and the common pages are made of is kept on a phone.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin, type Rolldown } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));
const web = path.join(here, '..');

/** The words that the kept pages' routes ask for, in both languages. */
const words = 'common|public|carer|visit|respite|volunteer|availability|messages|hours|giving|kin|elder';

/** The modules from which the kept pages begin; whatever they import at once is kept with them. */
const kept = [
  /^carer\/\w+Page\.vue$/,
  /^volunteer\/(HomePage|VisitPage)\.vue$/,
  /^public\/(HomePage|SignInPage|NotFoundPage)\.vue$/,
  new RegExp(`^i18n/[\\w-]+/(${words})\\.ts$`),
  /node_modules\/qr\/dom\.js$/,
  /node_modules\/socket\.io-client\//,
];

const icons = [
  { file: 'icon-192.png', sizes: '192x192', purpose: 'any' },
  { file: 'icon-512.png', sizes: '512x512', purpose: 'any' },
  { file: 'icon-maskable-512.png', sizes: '512x512', purpose: 'maskable' },
];

const manifest = {
  id: '/start',
  name: '互助 · 南京养老服务时间银行',
  short_name: '互助',
  description: '今天的上门服务，没有网络也能签到、签退和记录。',
  lang: 'zh-CN',
  start_url: '/start',
  scope: '/',
  display: 'standalone',
  background_color: '#fbf8f2',
  theme_color: '#0b4f52',
  icons: icons.map(({ file, sizes, purpose }) => ({
    src: `/icons/${file}`,
    sizes,
    type: 'image/png',
    purpose,
  })),
};

export function installable(): Plugin {
  return {
    name: 'installable',
    apply: 'build',
    transformIndexHtml: () => [
      { tag: 'link', attrs: { rel: 'manifest', href: '/manifest.webmanifest' }, injectTo: 'head' },
      { tag: 'link', attrs: { rel: 'apple-touch-icon', href: '/icons/icon-192.png' }, injectTo: 'head' },
    ],
    async generateBundle(_options, bundle) {
      for (const { file } of icons) {
        this.emitFile({
          type: 'asset',
          fileName: `icons/${file}`,
          source: readFileSync(path.join(here, 'icons', file)),
        });
      }
      this.emitFile({ type: 'asset', fileName: 'manifest.webmanifest', source: JSON.stringify(manifest) });
      const files = ['/manifest.webmanifest', '/icons/icon-192.png', ...filesToKeep(bundle)];
      const version = createHash('sha256')
        .update(files.join('\n'))
        .update(readFileSync(path.join(web, 'index.html')))
        .digest('hex')
        .slice(0, 12);
      this.emitFile({ type: 'asset', fileName: 'sw.js', source: await workerCode({ version, files }) });
    },
  };
}

/** Addresses of the kept chunks with everything they import at once, their styles and pictures. */
function filesToKeep(bundle: Rolldown.OutputBundle): string[] {
  const found = new Set<string>();
  const keep = (file: string): void => {
    const chunk = bundle[file];
    if (!chunk || found.has(file)) return;
    found.add(file);
    if (chunk.type !== 'chunk') return;
    for (const more of chunk.imports) keep(more);
    for (const more of chunk.viteMetadata?.importedCss ?? []) keep(more);
    for (const more of chunk.viteMetadata?.importedAssets ?? []) keep(more);
  };
  for (const chunk of Object.values(bundle)) {
    if (chunk.type !== 'chunk') continue;
    const modules = chunk.moduleIds.map((id) => path.relative(web, id).replaceAll('\\', '/'));
    if (chunk.isEntry || modules.some((module) => kept.some((wanted) => wanted.test(module)))) {
      keep(chunk.fileName);
    }
  }
  return [...found].sort().map((file) => `/${file}`);
}

/** The worker in one file of its own; every browser takes that. */
async function workerCode(shell: { version: string; files: readonly string[] }): Promise<string> {
  const built = await build({
    configFile: false,
    root: web,
    publicDir: false,
    logLevel: 'warn',
    define: { __SHELL__: JSON.stringify(shell) },
    build: {
      write: false,
      target: 'es2022',
      rolldownOptions: { input: path.join(here, 'worker.ts'), output: { format: 'iife' } },
    },
  });
  const outputs = (Array.isArray(built) ? built : [built]) as Rolldown.RolldownOutput[];
  const code = outputs.flatMap(({ output }) => output).find((one) => one.type === 'chunk')?.code;
  if (!code) throw new Error('the service worker was not built');
  return code;
}
