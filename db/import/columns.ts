/** What a kind of import file is: its columns, and how its lines are checked against the city and written. */
import type { Act } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import type { BadValue } from './bad.ts';
import type { City } from './city.ts';

/** A sentence in the languages of the product. */
export interface Said {
  zh: string;
  en: string;
}

/** Why a value cannot be taken, and what would be right. It never repeats the value: that may be personal. */
export class Fault implements Said {
  readonly zh: string;
  readonly en: string;
  constructor(zh: string, en: string) {
    this.zh = zh;
    this.en = en;
  }
}

/** Makes a value of a text that is not empty, or says what is wrong with it. */
export type Reader<T> = (text: string, city: City) => T | Fault;

export interface Column<T> extends Said {
  /** Other headers that registers give it. */
  also: readonly string[];
  /** The header must be there and no value may be empty. */
  needed: boolean;
  /** Its values are nobody's personal data: a list of errors may show them. */
  isOpen?: boolean;
  read: Reader<T>;
}

export type Columns<R> = { readonly [K in keyof R]: Column<R[K]> };

/** A column that every file and line must have. */
export const needed = <T>(
  zh: string,
  en: string,
  read: Reader<T>,
  also: readonly string[] = [],
): Column<T> => ({
  zh,
  en,
  also,
  needed: true,
  read,
});

/** A column that may be left out, and whose values may be empty. */
export const optional = <T>(
  zh: string,
  en: string,
  read: Reader<T>,
  also: readonly string[] = [],
): Column<T | null> => ({
  zh,
  en,
  also,
  needed: false,
  read,
});

/** A column whose values a list of errors may show, such as an amount. */
export const open = <T>(column: Column<T>): Column<T> => ({ ...column, isOpen: true });

/** A line whose every value could be read. */
export interface Line<R> {
  /** Where it begins in the file, counted from 1. */
  number: number;
  values: R;
  /** The city has it already, so nothing is written. */
  known: boolean;
  /** Makes it a bad line. */
  refuse(column: keyof R & string, fault: Said): void;
  readonly bad: boolean;
  /** Leaves it out although it is good; a reason is listed with the bad lines. */
  pass(column?: keyof R & string, why?: Said): void;
  readonly passed: boolean;
}

/** The columns of a file. */
export interface Sheet<R> {
  columns: Columns<R>;
  /** Combinations of columns whose values may stand once in a file. */
  once: readonly (readonly (keyof R & string)[])[];
  /** Columns it does not know are passed over; else they are refused. */
  hasOthers?: boolean;
  /** Whether a first record is data already: then there is no header, and the columns stand in their own order. */
  isData?(first: readonly string[]): boolean;
}

/** Checks and writes the lines of one file. */
export interface Clerk<R> {
  /** Looks lines up in the city, in the order of the file; none of them is bad yet. */
  check(lines: readonly Line<R>[]): Promise<void>;
  /** Writes lines that are good and not known. */
  write(tx: Tx, act: Act, rows: readonly R[]): Promise<void>;
  /** What there is to say about the whole, a sentence each, once every line is checked. */
  sums?(): Said[];
}

/** Where a clerk puts what it finds in other files than the one that is imported. */
export interface Desk {
  /** Lines of other files that cannot be taken. */
  refuse(bad: readonly BadValue[]): void;
  /** Told how far the reading of another file has come, as a share of 1. */
  progress(share: number): void;
}

export interface Kind<R> extends Sheet<R> {
  clerk(db: Database, city: City, desk: Desk): Clerk<R> | Promise<Clerk<R>>;
}
