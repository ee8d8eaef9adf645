// How far a key reaches over rules: which it sees, which it may change, and what of one it is shown. Source: decision 0032.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { RuleVersion } from '@tocsin/domain/record/theatre-record'
import { type Handling, handlings } from '@tocsin/domain/report/handling'
import { holdsTheatres, isClearedForAll, mayReadTheatre, type Principal } from '@tocsin/service-kit/access/principal'

/** A rule folds all that its theatres hold, up to this. */
const all = handlings[handlings.length - 1] as Handling

/** True where a rule concerns a theatre of the principal: one that concerns none is answered as one that is not there. */
export function seesRule(principal: Principal, { theatres }: Pick<RuleVersion, 'theatres'>): boolean {
  return theatres === undefined || theatres.some(theatre => mayReadTheatre(principal, theatre))
}

/** The rule with the theatres that the principal may know of. */
export function asSeen<R extends Pick<RuleVersion, 'theatres'>>(principal: Principal, rule: R): R {
  const { theatres } = rule
  return theatres === undefined ? rule : { ...rule, theatres: theatres.filter(theatre => mayReadTheatre(principal, theatre)) }
}

/**
 * Throws `forbidden` for who is not cleared for all that a rule folds, whatever it folds at the moment: else the answer would tell of what is hidden, and
 * who may not see an alert could end it.
 */
export function checkClearance(principal: Principal): void {
  if (isClearedForAll(principal)) return
  throw new ProblemError('forbidden', `A rule folds reports of every handling: who changes one needs a key for ${all}.`)
}

/** Throws `forbidden` where a rule touches a theatre that is not the principal's. `theatres`: undefined for all. */
export function checkTheatres(principal: Principal, theatres: readonly string[] | undefined): void {
  if (holdsTheatres(principal, theatres)) return
  throw new ProblemError(
    'forbidden',
    'The rule touches theatres that are not the key’s. A key for some theatres changes rules that belong to those alone.'
  )
}
