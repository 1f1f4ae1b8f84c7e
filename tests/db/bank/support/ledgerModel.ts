/**
 * The ledger as simply as it can be said: accounts in a map, one command after the other. It gives the answers that the
 * real ledger may give to a command; of several reasons to refuse, any may be the one that is named.
 */
import { isSharded } from '../../../../db/bank/rules.ts';
import { areLineal, circleAccounts, type Label, labels } from './circle.ts';
import { type Command, type Due, type Move, THRESHOLD } from './commands.ts';
import {
  type Account,
  type Answer,
  currencyOf,
  isSpread,
  kindOf,
  overCap,
  ownerOf,
  wrongWith,
} from './modelRules.ts';

interface Hold {
  order: number;
  account: Label;
  amount: number;
  isOpen: boolean;
  isSuspended: boolean;
  expiresAt: number;
}

type Posted = Omit<Move, 'cap'>;

interface Reversal {
  of: Posted;
  askedBy: string;
  state: 'waiting' | 'done' | 'refused';
}

/** Carries a refusal out of the middle of a command. */
class Refused {
  readonly answers: Answer[];
  constructor(answers: Answer[]) {
    this.answers = answers;
  }
}

const refuse = (...answers: Answer[]): never => {
  throw new Refused(answers);
};

const suspenseOf = ({ account }: Hold): Label =>
  circleAccounts[account].currency === 'min' ? 'suspense' : 'suspenseFen';

const disputed = ({ order, account, amount }: Hold, debit: Label, credit: Label, key: string): Move => ({
  debit,
  credit,
  amount,
  currency: circleAccounts[account].currency,
  cause: 'dispute',
  key: `${key}:${order}:${account}`,
});

export class LedgerModel {
  accounts = Object.fromEntries(
    labels.map((label) => [
      label,
      {
        balance: 0,
        held: 0,
        floor: ['issuance', 'receivable'].includes(kindOf(label)) ? null : 0,
        isFrozen: false,
        isClosed: false,
      },
    ]),
  ) as Record<Label, Account>;
  transfers: Posted[] = [];
  holds: Hold[] = [];
  reversals: Reversal[] = [];
  settled: number[] = [];

  /** Does one command at an instant, in minutes; a command that is refused changes nothing. */
  do(command: Command, at: number): Answer[] {
    const before = structuredClone({ ...this });
    try {
      this.#do(command, at);
      return ['done'];
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      Object.assign(this, before);
      return error.answers;
    }
  }

  #do(command: Command, at: number): void {
    switch (command.do) {
      case 'post':
        this.#post(command.moves);
        break;
      case 'hold':
        this.#hold(command, at + command.lastsMinutes);
        break;
      case 'release':
        this.#endHolds((hold) => command.orders.includes(hold.order));
        break;
      case 'expire':
        this.#endHolds((hold) => hold.expiresAt <= at);
        break;
      case 'suspend':
        this.#suspend(this.#openHolds(...command.orders), at);
        break;
      case 'resume':
        this.#resume(command.orders, at);
        break;
      case 'settle':
        this.#settle(command);
        break;
      case 'ask':
        this.#ask(this.transfers[command.transfer % this.transfers.length] as Posted, command.by);
        break;
      case 'decide':
        this.#decide(command.reversal, command.by, command.approved);
        break;
      case 'freeze':
      case 'thaw':
        if (!this.accounts[command.account].isClosed)
          this.accounts[command.account].isFrozen = command.do === 'freeze';
        break;
      case 'close':
        this.#close(command.account);
        break;
      case 'limit':
        this.accounts.partner.floor = -command.most;
        if (this.#available('partner') < 0) refuse('over_limit');
    }
  }

  /** Balance less what is held, above the floor. */
  #available(label: Label): number {
    const { balance, held, floor } = this.accounts[label];
    return floor === null ? Number.POSITIVE_INFINITY : balance - held - floor;
  }

  #isPosted = (move: Move): boolean => this.transfers.some((t) => t.key === move.key);

  #post(moves: readonly Move[]): void {
    const fresh = moves.filter((move) => !this.#isPosted(move));
    const forbidden = fresh.flatMap((move): Answer[] => {
      const { cause, debit, credit, amount } = move;
      const isBetweenPersons = [debit, credit].every((label) => kindOf(label) === 'personal');
      if (['visit', 'dispute', 'reversal', 'receivable'].includes(cause)) return ['not_transferable'];
      if (['gift', 'closing'].includes(cause) && isBetweenPersons && debit !== credit)
        return currencyOf(debit) === 'min' && areLineal(ownerOf(debit), ownerOf(credit))
          ? []
          : ['not_related'];
      const owes = !isSharded(kindOf(credit)) && this.accounts[credit].balance + amount <= 0;
      const pays = owes && ownerOf(debit) === ownerOf(credit);
      return cause === 'recovery' && !pays ? ['not_transferable'] : [];
    });
    if (forbidden.length > 0) refuse(...forbidden);
    this.#write(moves.flatMap((move) => [move, ...this.#overflow(move, fresh)]));
  }

  /** T4: what lifts a personal account over its cap, after what the same posting brought it before. */
  #overflow(move: Move, fresh: readonly Move[]): Move[] {
    if (move.cap === undefined || !fresh.includes(move) || kindOf(move.credit) !== 'personal') return [];
    const before = fresh.slice(0, fresh.indexOf(move)).filter((each) => each.credit === move.credit);
    const deposited = before.reduce((sum, each) => sum + each.amount, this.accounts[move.credit].balance);
    return overCap(move, deposited, move.cap);
  }

  /** What every posting goes through: all transfers or none, and one that is posted already is passed over. */
  #write(moves: readonly Move[]): void {
    const fresh = moves.filter((move) => !this.#isPosted(move));
    const bad = fresh.flatMap((move) =>
      wrongWith(move, this.accounts[move.debit], this.accounts[move.credit]),
    );
    const missing = this.#shortOf(fresh);
    if (bad.length > 0) refuse(...bad, ...missing);
    if (missing.length > 0) refuse(...missing);
    const isOther = (move: Move) => {
      const t = this.transfers.find(({ key }) => key === move.key);
      return (
        t &&
        [t.debit, t.credit, t.amount, t.cause].join() !==
          [move.debit, move.credit, move.amount, move.cause].join()
      );
    };
    if (moves.some(isOther)) refuse('already_done');
    for (const move of fresh) {
      this.accounts[move.debit].balance -= move.amount;
      this.accounts[move.credit].balance += move.amount;
      this.transfers.push(move);
    }
  }

  #shortOf(moves: readonly Move[]): Answer[] {
    return labels.flatMap((label): Answer[] => {
      const out = moves.filter((m) => m.debit === label).reduce((sum, m) => sum + m.amount, 0);
      const into = moves.filter((m) => m.credit === label).reduce((sum, m) => sum + m.amount, 0);
      if (isSpread(label)) {
        if (out <= 0 || out <= this.#available(label)) return [];
        if (kindOf(label) === 'clearing') return ['over_limit'];
        return [circleAccounts[label].currency === 'min' ? 'not_enough_hours' : 'not_enough_subsidy'];
      }
      return this.#available(label) + into - out < 0 ? ['not_enough_hours'] : [];
    });
  }

  #openHolds = (...orders: number[]): Hold[] =>
    this.holds.filter((hold) => hold.isOpen && orders.includes(hold.order));

  #hold(command: Command & { do: 'hold' }, expiresAt: number): void {
    const { order, owner, currency, amount, kinds, usesPool } = command;
    if (this.holds.some((hold) => hold.order === order)) return;
    if (amount <= 0) refuse('invalid');
    const keep = (account: Label, part: number) => {
      this.accounts[account].held += part;
      this.holds.push({ order, account, amount: part, isOpen: true, isSuspended: false, expiresAt });
      return part;
    };
    let missing = amount;
    for (const kind of ['grant', 'personal'] as const) {
      const account = labels.find(
        (label) =>
          ownerOf(label) === owner && kindOf(label) === kind && circleAccounts[label].currency === currency,
      );
      if (!account || (kinds && !kinds.includes(kind))) continue;
      const { isClosed, isFrozen } = this.accounts[account];
      const part = isClosed || isFrozen ? 0 : Math.min(missing, this.#available(account));
      if (part > 0) missing -= keep(account, part);
    }
    if (missing > 0 && usesPool && currency === 'min') {
      if (this.accounts.pool.isFrozen) refuse('not_found');
      if (this.#available('pool') >= missing) missing -= keep('pool', missing);
    }
    if (missing > 0) refuse(currency === 'min' ? 'not_enough_hours' : 'not_enough_subsidy');
  }

  #endHolds(isMeant: (hold: Hold) => boolean): void {
    for (const hold of this.holds.filter((each) => each.isOpen && isMeant(each))) {
      hold.isOpen = false;
      this.accounts[hold.account].held -= hold.amount;
    }
  }

  /** What was set aside goes into suspense, in its own currency. */
  #suspend(holds: readonly Hold[], at: number): void {
    for (const hold of holds) {
      hold.isOpen = false;
      hold.isSuspended = true;
      this.accounts[hold.account].held -= hold.amount;
    }
    this.#write(holds.map((hold) => disputed(hold, hold.account, suspenseOf(hold), `suspend:${at}`)));
  }

  /** And comes back to be settled or released. */
  #resume(orders: readonly number[], at: number): void {
    const holds = this.holds.filter((hold) => hold.isSuspended && orders.includes(hold.order));
    this.#write(holds.map((hold) => disputed(hold, suspenseOf(hold), hold.account, `resume:${at}`)));
    for (const hold of holds) {
      hold.isOpen = true;
      hold.isSuspended = false;
      this.accounts[hold.account].held += hold.amount;
    }
  }

  #settle({ order, basis, dues }: Command & { do: 'settle' }): void {
    if (basis === 'unverified' || basis === 'another') refuse('visit_not_verified');
    if (this.settled.includes(order)) refuse('already_done');
    this.settled.push(order);
    const kept = this.#openHolds(order).map((hold) => ({ ...hold, left: hold.amount }));
    const total = dues.reduce((sum, due) => sum + due.amount, 0);
    if (kept.reduce((sum, hold) => sum + hold.amount, 0) < total) refuse('not_enough_hours');
    this.#endHolds((hold) => hold.order === order);
    const moves: Move[] = [];
    const deposits = new Map<Label, number>();
    dues.forEach((due: Due, place) => {
      let missing = due.amount;
      const key = `${order}:${place}`;
      for (const hold of kept) {
        const part = Math.min(missing, hold.left);
        if (part <= 0) continue;
        hold.left -= part;
        missing -= part;
        const currency = circleAccounts[hold.account].currency;
        const move = { debit: hold.account, credit: due.account, amount: part, currency, cause: 'visit' };
        moves.push({ ...move, key: `settle:${key}:${hold.account}` });
      }
      const deposited = deposits.get(due.account) ?? 0;
      deposits.set(due.account, deposited + due.amount);
      if (due.cap === undefined || kindOf(due.account) !== 'personal') return;
      const deposit: Move = {
        debit: 'fund',
        credit: due.account,
        amount: due.amount,
        currency: 'min',
        cause: '',
        key,
      };
      moves.push(...overCap(deposit, this.accounts[due.account].balance + deposited, due.cap));
    });
    this.#write(moves);
  }

  #ask(of: Posted, askedBy: string): void {
    if (['reversal', 'receivable', 'recovery', 'dispute'].includes(of.cause)) refuse('not_reversible');
    if (this.reversals.some((each) => each.of.key === of.key && each.state !== 'refused'))
      refuse('already_done');
    const needsSecond = of.amount > THRESHOLD[of.currency];
    if (!needsSecond) this.#reverse(of);
    this.reversals.push({ of, askedBy, state: needsSecond ? 'waiting' : 'done' });
  }

  #decide(nth: number, by: string, approved: boolean): void {
    const reversal = this.reversals[nth % this.reversals.length];
    if (!reversal) throw new Refused(['not_found']);
    if (reversal.state !== 'waiting') refuse('already_done');
    if (reversal.askedBy === by) refuse('needs_second_person');
    reversal.state = approved ? 'done' : 'refused';
    if (approved) this.#reverse(reversal.of);
  }

  /** T9: the opposite transfer; what the taker has spent already becomes a debt that is shown. */
  #reverse({ debit, credit, amount, currency, key }: Posted): void {
    const debt = labels.find(
      (label) =>
        kindOf(label) === 'receivable' &&
        ownerOf(label) === ownerOf(credit) &&
        circleAccounts[label].currency === currency,
    );
    const { balance, held } = this.accounts[credit];
    const missing = isSharded(kindOf(credit)) || !debt ? 0 : amount - (balance - held);
    const moves: Move[] = [];
    if (debt && missing > 0)
      moves.push({
        debit: debt,
        credit,
        amount: missing,
        currency,
        cause: 'receivable',
        key: `receivable:${key}`,
      });
    moves.push({ debit: credit, credit: debit, amount, currency, cause: 'reversal', key: `reversal:${key}` });
    this.#write(moves);
  }

  #close(label: Label): void {
    const account = this.accounts[label];
    if (isSharded(kindOf(label))) refuse('invalid');
    const mayComeBack = this.holds.some((hold) => hold.isSuspended && hold.account === label);
    if (account.balance !== 0 || account.held !== 0 || mayComeBack) refuse('account_not_empty');
    account.isClosed = true;
  }
}
