// Which rules a key may see, which it may change, and which members it is shown. Source: decision
// 0033.

import {
  holdsTheatres,
  isClearedForAll,
  mayReadTheatre,
  type Principal
} from '@tocsin/auth/access/principal'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { type Handling, handlings } from '@tocsin/contracts/theatre/handling'
import type { RuleVersion } from '@tocsin/contracts/theatre/theatre-record'

/** A rule folds reports of every handling up to this one. */
const all = handlings[handlings.length - 1] as Handling

/** True if a rule runs in one of the principal's theatres; any other is answered as not found. */
export function seesRule(principal: Principal, { theatres }: RuleVersion): boolean {
  return theatres === undefined || theatres.some(theatre => mayReadTheatre(principal, theatre))
}

/** The rule with only those theatres that the principal may know of. */
export function asSeen<R extends RuleVersion>(principal: Principal, rule: R): R {
  const { theatres, budgets } = rule
  const mayRead = (theatre: string) => mayReadTheatre(principal, theatre)
  return {
    ...rule,
    ...(theatres === undefined ? {} : { theatres: theatres.filter(mayRead) }),
    ...(budgets === undefined
      ? {}
      : { budgets: Object.fromEntries(Object.entries(budgets).filter(([id]) => mayRead(id))) })
  }
}

/**
 * Throws `forbidden` unless the principal is cleared for every handling, regardless of what is
 * there at the moment. Otherwise the answer would reveal hidden reports, and a principal could end
 * alerts that it may not see.
 */
export function checkClearance(principal: Principal): void {
  if (isClearedForAll(principal)) return
  throw new ProblemError(
    'forbidden',
    `A rule folds reports of every handling: changing one needs a key cleared for ${all}.`
  )
}

/**
 * Throws `forbidden` if a rule covers a theatre that is not the principal's. `theatres`: undefined
 * for all.
 */
export function checkTheatres(principal: Principal, theatres: readonly string[] | undefined): void {
  if (holdsTheatres(principal, theatres ?? '*')) return
  throw new ProblemError(
    'forbidden',
    'The rule covers theatres that the key does not. A key for some theatres may change only rules of those theatres.'
  )
}
