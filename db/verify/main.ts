/**
 * Checks offline, with nothing but this file and Node, what a time bank says of itself: `npm run verify -- <file>…`.
 * Takes an exported ledger, a receipt (JSON, or the text of its QR code), two heads with their consistency proof, a signed
 * statement (CSV), and a list of public keys to trust (the answer of /api/v1/ledger/keys). Ends with 0 when all is right,
 * with 1 when something is not, with 2 when there is nothing to check. The tree is that of RFC 9162, section 2.1. What is
 * said is written here as `Chinese | English`.
 */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { createReadStream, openSync, readFileSync, readSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { inflateRawSync } from 'node:zlib';

type Transfer = Record<string, string | number | null> & { amount: number };
type Head = { size: number; root: string; at: string; keyId: string; signature: string };
type Key = { keyId: string; publicKey: string; createdAt?: string; retiredAt?: string | null };
type Receipt = { transfer: Transfer; position: number; proof: string[]; head: Head; key: Key };
type Consistency = { from: Head; to: Head; proof: string[]; keys: Key[] };

/** A leaf is the JSON of these fields of a transfer, in this order and without spaces. */
const FIELDS = 'id currency debit credit amount cause causeId author policyId at key lapsesAt'.split(' ');
const MOST_NAMED = 20;

const sha256 = (...parts: (Uint8Array | string)[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const leafHash = (data: Uint8Array | string): Buffer => sha256(Buffer.of(0), data);
const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => sha256(Buffer.of(1), left, right);
const isOdd = (n: number): boolean => n % 2 === 1;
const half = (n: number): number => Math.floor(n / 2);
const hashes = (hex: readonly string[]): Buffer[] => hex.map((one) => Buffer.from(one, 'hex'));

/** The root that a proof leads to from a leaf (RFC 9162, 2.1.3.2); null when it leads nowhere. */
export function rootByInclusion(
  leaf: Buffer,
  position: number,
  size: number,
  proof: Buffer[],
): Buffer | null {
  if (!Number.isSafeInteger(position) || position < 0 || !(position < size)) return null;
  let [fn, sn, root] = [position, size - 1, leaf];
  for (const hash of proof) {
    if (sn === 0) return null;
    if (isOdd(fn) || fn === sn) {
      root = nodeHash(hash, root);
      for (; !isOdd(fn) && fn > 0; sn = half(sn)) fn = half(fn);
    } else root = nodeHash(root, hash);
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 ? root : null;
}

/** Whether the tree of the first head is the beginning of that of the second (RFC 9162, 2.1.4.2). */
export function isConsistent(
  from: number,
  to: number,
  first: Buffer,
  second: Buffer,
  given: Buffer[],
): boolean {
  if (!(from >= 1 && from <= to)) return false;
  if (from === to) return given.length === 0 && first.equals(second);
  const proof = Number.isInteger(Math.log2(from)) ? [first, ...given] : given;
  let [fn, sn] = [from - 1, to - 1];
  for (; isOdd(fn); sn = half(sn)) fn = half(fn);
  const [start, ...rest] = proof;
  if (!start) return false;
  let [old, now] = [start, start];
  for (const hash of rest) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      [old, now] = [nodeHash(hash, old), nodeHash(hash, now)];
      for (; !isOdd(fn) && fn > 0; sn = half(sn)) fn = half(fn);
    } else now = nodeHash(now, hash);
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && old.equals(first) && now.equals(second);
}

/** Published keys that were given, and how much is wrong. */
const trusted = new Map<string, Key>();
let wrong = 0;

const say = (mark: string, words: string): void => console.log(`${mark} ${words.replace(' | ', '\n  ')}`);
type Say = (words: TemplateStringsArray, ...values: unknown[]) => void;
const good: Say = (words, ...values) => say('✓', String.raw(words, ...values));
const note: Say = (words, ...values) => say('!', String.raw(words, ...values));
const bad: Say = (words, ...values) => {
  if (++wrong <= MOST_NAMED) say('✗', String.raw(words, ...values));
};
/** What is wrong with what, in both languages. */
function badOf(what: string, fault: string): void {
  const [[zh, en], [faultZh, faultEn]] = [what.split(' | '), fault.split(' | ')];
  bad`${zh}：${faultZh}。 | ${en}: ${faultEn}.`;
}

function isSigned(bytes: Buffer, signature: string, key: Key): boolean {
  const x = Buffer.from(key.publicKey, 'base64').toString('base64url');
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verify(null, bytes, publicKey, Buffer.from(signature, 'base64'));
}

/** Whether a head is signed by a key that signed at its time; complains when not. */
function isHeadSigned({ size, root, at, keyId, signature }: Head, inFile: readonly Key[]): boolean {
  const key = trusted.size > 0 ? trusted.get(keyId) : inFile.find((one) => one.keyId === keyId);
  const bytes = Buffer.from(`huzhu-tree-head\nv1\n${size}\n${root}\n${at}\n${keyId}`);
  let fault: string | null = null;
  if (!key) fault = `公钥 ${keyId} 不在公布的公钥之中 | its key ${keyId} is not among the published keys`;
  else if (!isSigned(bytes, signature, key)) fault = '签名不符 | its signature is not right';
  else if ((key.createdAt && at < key.createdAt) || (key.retiredAt && at > key.retiredAt))
    fault = `公钥 ${keyId} 当时不在使用期内 | its key ${keyId} was not in use at that time`;
  if (fault) badOf(`${size} 笔处的树头不可信 | The head of size ${size} is not to be trusted`, fault);
  return !fault;
}

function sayWhoseKeys(keys: readonly Key[]): void {
  if (trusted.size > 0 || keys.length === 0) return;
  const list = keys.map((key) => `${key.keyId} ${key.publicKey}`).join(', ');
  note`公钥取自文件本身，请与公布的核对：${list} | The keys are from the file itself; compare with those published: ${list}`;
}

/** What is wrong with a transfer by itself; null when nothing is. */
function faultOf(transfer: Transfer): string | null {
  const { amount, debit, credit } = transfer;
  if (Object.keys(transfer).length !== FIELDS.length || FIELDS.some((field) => transfer[field] === undefined))
    return '字段不全或多余 | it lacks a field or has one too many';
  if (!Number.isSafeInteger(amount) || amount <= 0)
    return `数额 ${amount} 不是正整数 | its amount ${amount} is not a positive whole number`;
  return debit === credit ? '转出与转入是同一账户 | it debits and credits the same account' : null;
}

const leafOf = (transfer: Transfer): Buffer =>
  leafHash(JSON.stringify(Object.fromEntries(FIELDS.map((field) => [field, transfer[field]]))));

function checkReceipt({ transfer, position, proof, head, key }: Receipt): void {
  const fault = faultOf(transfer);
  const root = rootByInclusion(leafOf(transfer), position, head.size, hashes(proof));
  const what = `${transfer.amount} ${transfer.currency}, ${transfer.debit} → ${transfer.credit}, ${transfer.at}`;
  if (fault) badOf('收据有误 | The receipt is wrong', fault);
  else if (root?.toString('hex') !== head.root)
    bad`收据有误：转账 ${transfer.id} 不是账本的第 ${position} 笔。 | The receipt is wrong: transfer ${transfer.id} is not leaf ${position} of the ledger.`;
  else if (isHeadSigned(head, [key])) {
    sayWhoseKeys([key]);
    good`收据真实：${what}，是 ${head.at} 签署的账本的第 ${position} 笔。 | The receipt is genuine: ${what}, leaf ${position} of the ledger signed at ${head.at}.`;
  }
}

/** The receipt in the text of a QR code: base32 of numbers, key, signature, hashes and the deflated leaf. */
function receiptOf(text: string): Receipt {
  const five = (letter: string) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0');
  const eights = Array.from(text, five).join('').match(/.{8}/g) ?? [];
  const bytes = Buffer.from(eights.map((eight) => Number.parseInt(eight, 2)));
  const [position, size, ms] = [0, 6, 12].map((at) => bytes.readUIntBE(at, 6)) as [number, number, number];
  const keyId = bytes.toString('hex', 18, 34).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  const end = 131 + 32 * bytes.readUInt8(130);
  const proof = bytes.toString('hex', 131, end).match(/.{64}/g) ?? [];
  const transfer = JSON.parse(inflateRawSync(bytes.subarray(end)).toString('utf8'));
  const root = rootByInclusion(leafOf(transfer), position, size, hashes(proof))?.toString('hex') ?? '';
  const [publicKey, signature] = [bytes.toString('base64', 34, 66), bytes.toString('base64', 66, 130)];
  const head = { size, root, at: new Date(ms).toISOString(), keyId, signature };
  return { transfer, position, proof, head, key: { keyId, publicKey } };
}

function checkConsistency({ from, to, proof, keys }: Consistency): void {
  const [first, second] = hashes([from.root, to.root]) as [Buffer, Buffer];
  const areSigned = [from, to].map((head) => isHeadSigned(head, keys)).every(Boolean);
  if (!isConsistent(from.size, to.size, first, second, hashes(proof)))
    bad`账本被改写过：${to.size} 笔的账本不是由 ${from.size} 笔的账本接着记下来的。 | The ledger was rewritten: that of size ${to.size} does not continue that of size ${from.size}.`;
  else if (areSigned) {
    sayWhoseKeys(keys.filter((key) => key.keyId === from.keyId || key.keyId === to.keyId));
    good`两个树头一致：到 ${to.size} 笔时，前 ${from.size} 笔一笔未改。 | The two heads agree: at size ${to.size} the first ${from.size} transfers are unchanged.`;
  }
}

function checkStatement(bytes: Buffer, start: number): void {
  const [, , keyId = '', signature = ''] = bytes.toString('utf8', start).trimEnd().split(',');
  const key = trusted.get(keyId);
  if (!key)
    bad`公钥 ${keyId} 不在所给的公钥之中，请一并给出公钥文件。 | The key ${keyId} is not among the keys given; give the file of keys as well.`;
  else if (!/^[\w+/=]+$/.test(signature) || !isSigned(bytes.subarray(0, start), signature, key))
    bad`对账单被改动过：签名不符。 | The statement was changed: its signature is not right.`;
  else good`对账单真实，由公钥 ${keyId} 签署。 | The statement is genuine, signed by key ${keyId}.`;
}

const linesOf = (file: string) =>
  createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
const printOf = (text: unknown): number => sha256(String(text)).readUIntBE(0, 6);

/** Names the rows whose key was used before; `prints` are short prints of all keys, so that millions fit in memory. */
async function checkUnique(file: string, prints: readonly number[]): Promise<void> {
  const sorted = Float64Array.from(prints).sort();
  const suspects = new Set(sorted.filter((print, i) => i > 0 && print === sorted[i - 1]));
  const seen = new Map<string, number>();
  let number = 0;
  for await (const text of suspects.size > 0 ? linesOf(file) : []) {
    number++;
    const key = JSON.parse(text).transfer?.key;
    const first = seen.get(key);
    if (first)
      bad`第 ${number} 行与第 ${first} 行重复：${key}。 | Line ${number} repeats line ${first}: ${key}.`;
    else if (suspects.has(printOf(key))) seen.set(key, number);
  }
}

/** Recomputes the tree, every head and the balances of all accounts, in one reading. */
async function checkLedger(file: string): Promise<void> {
  const [peaks, keys, prints]: [Buffer[], Key[], number[]] = [[], [], []];
  const accounts = new Map<unknown, { currency: unknown; balance: bigint }>();
  let [from, size, total, covered, heads, number] = [0, 0, 0, 0, 0, 0];
  let [isWhole, before] = [true, wrong];
  for await (const text of linesOf(file)) {
    number++;
    const line = JSON.parse(text);
    if (line.huzhu) {
      [from, size, total, covered] = [line.from, line.from, line.size, line.from];
      peaks.push(...hashes(line.peaks));
    } else if (line.key) keys.push(line.key);
    else if (line.head) {
      heads++;
      const root = peaks.reduceRight((right, left) => nodeHash(left, right)).toString('hex');
      const isOfTree = line.head.size === size && line.head.root === root;
      if (isWhole && !isOfTree)
        bad`第 ${covered} 到 ${size - 1} 笔之间有改动：与第 ${number} 行的树头不符。 | Something between leaf ${covered} and ${size - 1} was changed: it does not match the head in line ${number}.`;
      isWhole &&= isOfTree;
      isHeadSigned(line.head, keys);
      covered = size;
    } else {
      if (line.position !== size)
        return bad`缺少第 ${size} 笔：第 ${number} 行是第 ${line.position} 笔。 | Leaf ${size} is missing: line ${number} has leaf ${line.position}.`;
      const transfer: Transfer | null = line.transfer;
      const id = transfer?.id ?? line.gone;
      const where = `第 ${number} 行（第 ${size} 笔，转账 ${id}） | Line ${number} (leaf ${size}, transfer ${id})`;
      let fault = transfer ? faultOf(transfer) : '已从账本中消失 | it is gone from the ledger';
      if (transfer && leafOf(transfer).toString('hex') !== line.leaf)
        fault = '封存后被改动过 | it was changed after it was sealed';
      for (const side of transfer && Number.isSafeInteger(transfer.amount) ? ['debit', 'credit'] : []) {
        const { currency, amount, [side]: account } = transfer as Transfer;
        const known = accounts.get(account) ?? { currency, balance: 0n };
        if (known.currency !== currency)
          fault ??= `账户 ${account} 的币种是 ${known.currency} | account ${account} is in ${known.currency}`;
        known.balance += BigInt(side === 'debit' ? -amount : amount);
        accounts.set(account, known);
      }
      if (fault) badOf(where, fault);
      if (transfer) prints.push(printOf(transfer.key));
      peaks.push(Buffer.from(line.leaf, 'hex'));
      for (let n = size++; isOdd(n); n = half(n))
        peaks.push(nodeHash(...(peaks.splice(-2) as [Buffer, Buffer])));
    }
  }
  if (size !== total || covered !== size)
    bad`文件不完整：应有 ${total} 笔，读到 ${size} 笔，树头覆盖 ${covered} 笔。 | The file is not whole: ${total} leaves expected, ${size} read, ${covered} covered by a head.`;
  await checkUnique(file, prints);
  for (const currency of new Set([...accounts.values()].map((account) => account.currency))) {
    const ofIt = [...accounts.values()].filter((account) => account.currency === currency);
    const sum = ofIt.reduce((all, { balance }) => all + balance, 0n);
    if (sum !== 0n)
      bad`${currency} 各账户之和是 ${sum}，应为 0。 | All accounts in ${currency} add up to ${sum}, not 0.`;
    else
      good`${currency}：${ofIt.length} 个账户之和为 0。 | ${currency}: ${ofIt.length} accounts add up to 0.`;
  }
  sayWhoseKeys(keys);
  if (wrong === before)
    good`账本真实：第 ${from} 到 ${size - 1} 笔、${heads} 个树头全部相符。 | The ledger is genuine: leaves ${from} to ${size - 1} and ${heads} heads all agree.`;
}

/** What a file is, by its beginning or its last line, and its check; keys are trusted at once and need none. */
function checkOf(file: string): (() => void | Promise<void>) | null {
  const start = Buffer.alloc(64);
  readSync(openSync(file, 'r'), start);
  if (start.toString('utf8').startsWith('{"huzhu":"ledger","v":1,')) return () => checkLedger(file);
  const bytes = readFileSync(file);
  const text = bytes.toString('utf8').trim();
  if (text.startsWith('HUZHU1:')) return () => checkReceipt(receiptOf(text.slice(7)));
  const seal = bytes.lastIndexOf('# huzhu-statement,v1,');
  if (seal >= 0) return () => checkStatement(bytes, seal);
  const content = JSON.parse(text);
  if (content.huzhu === 'receipt') return () => checkReceipt(content);
  if (content.huzhu === 'consistency') return () => checkConsistency(content);
  for (const key of content.items as Key[]) trusted.set(key.keyId, key);
  return null;
}

async function main(files: readonly string[]): Promise<number> {
  try {
    const checks = files.map(checkOf).filter((check) => check !== null);
    for (const check of checks) await check();
    if (wrong > MOST_NAMED) note`一共 ${wrong} 处不符。 | ${wrong} things are wrong in all.`;
    if (checks.length > 0) return wrong > 0 ? 1 : 0;
    note`没有可核对的文件：npm run verify -- <文件>… | There is nothing to check: npm run verify -- <file>…`;
  } catch (error) {
    note`文件读不懂：${error} | A file cannot be read: ${error}`;
  }
  return 2;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.exitCode = await main(process.argv.slice(2));
