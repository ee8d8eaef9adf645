// Decides changes of rules: whether the rule is valid, whether the principal may change it, which
// version comes next, whether anything changes. Writes to the control log and waits until it is
// folded. HTTP is in rules-routes.ts.

import { getAuthor, mayReadTheatre, type Principal } from '@tocsin/auth/access/principal'
import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import { digest } from '@tocsin/contracts/json/digest'
import { type FieldError, ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { ControlPayload } from '@tocsin/contracts/record/control-record'
import { encodeRecord } from '@tocsin/contracts/record/records'
import {
  type RuleVersion,
  runsIn,
  type TheatreConfig,
  unassignedTheatre
} from '@tocsin/contracts/theatre/theatre-record'
import { compareText } from '@tocsin/domain/compare-text'
import { findRuleFaults, type RuleDraft, type RuleFault } from '@tocsin/engine/theatre/rule-check'
import {
  findCycleFaults,
  listLooseNamesIn,
  listNewLooseNames
} from '@tocsin/engine/theatre/rule-names'
import {
  computeNeededRetention,
  findRetentionFault,
  listShortRetentions
} from '@tocsin/engine/theatre/rule-retention'
import { topics } from '@tocsin/event-log/topics'
import type { AuditEntry } from '@tocsin/service/control/audit-trail'
import { type ControlState, nextRuleVersion } from '@tocsin/service/control/control-state'
import { readWaitMs, sealBehind } from '@tocsin/service/projection/read-positions'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import { checkClearance, checkTheatres, seesRule } from './rule-reach.ts'

export interface RuleOperationsOptions extends Pick<ServiceDeps, 'log' | 'clock' | 'control'> {
  readonly cursorKey: Buffer
}

/** Maximum size of a rule, characters of JSON: each theatre and each snapshot has a copy. */
const ruleLengthMax = 65_536

/** Maximum number of rules per theatre, including those for all theatres. */
const rulesMax = 500

/** Whether a rule fits the retention of its theatres, for those that a principal may see. */
export interface SeenRetention {
  /** Null if this version does not know the pattern. */
  readonly neededRetentionDays: number | null
  readonly retainedTooShort: readonly string[]
}

/** A rule as it was declared, when and by whom; null: not recorded. */
export type PastVersion = Pick<AuditEntry, 'at' | 'by'> & { readonly rule: RuleVersion }

/** Maximum number of versions listed per rule, the newest. */
const versionsMax = 100
const always = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY }

/** The body of a rule request: everything but the id. */
export type RuleAsk = Omit<RuleDraft, 'ruleId'>

/** A rule as it would be, or its removal. */
export type RuleChange = RuleVersion | { readonly ruleId: string; readonly removed: true }

export class RuleOperations {
  readonly #options: RuleOperationsOptions

  constructor(options: RuleOperationsOptions) {
    this.#options = options
  }

  /** Rules that concern the principal, in the order of their first declaration. */
  rulesFor(principal: Principal): readonly RuleVersion[] {
    return [...this.#state.rules.values()].filter(rule => seesRule(principal, rule))
  }

  /** The rule. Throws `not-found`, also if it runs in none of the principal's theatres. */
  known(principal: Principal, id: string): RuleVersion {
    const rule = this.#seen(principal, id)
    if (!rule) throw new ProblemError('not-found', `there is no rule ${id}`)
    return rule
  }

  /**
   * The past and present versions of the rule, newest first, of those still stored. A version is
   * left out if it, or the one before it, ran in a theatre that is not the principal's. Throws
   * `not-found` as `known` does.
   */
  listVersions(principal: Principal, id: string): readonly PastVersion[] {
    this.known(principal, id)
    const asked = { by: null, type: 'rule.declared', subject: id, ...always }
    return this.#options.control.audit
      .newestFirst(principal, asked, null, versionsMax)
      .flatMap(({ rule, at, by }) => (rule === undefined ? [] : [{ at, by, rule }]))
  }

  /**
   * Declares or changes a rule. An identical rule is not written and gives `cursor` null.
   * `ifMatch`: the version that the client has seen, 0 for none, null if not stated, which is
   * enough for a new rule. Throws `body-invalid` with all faults; `forbidden` if the rule before or
   * after covers a theatre that is not the principal's; `precondition-required`; `action-refused`
   * if another change came first or the id is taken.
   */
  async put(
    principal: Principal,
    id: string,
    ask: RuleAsk,
    ifMatch: number | null
  ): Promise<{ rule: RuleVersion; cursor: string | null }> {
    const rule = this.findVersion(principal, id, ask, '')
    checkClearance(principal)
    checkTheatres(principal, rule.theatres)
    this.#checkThere(rule.theatres, '/theatres')
    this.#checkThere(rule.budgets && Object.keys(rule.budgets), '/budgets')
    const before = this.#seen(principal, id)
    if (before !== undefined) checkTheatres(principal, before.theatres)
    holdTo(id, before, ifMatch)
    // Rule ids are unique in the suite: a rule that the principal cannot see keeps its id.
    if (before === undefined && this.#state.rules.has(id))
      throw refused(`rule ${id} cannot be declared: the id is taken`)
    this.#checkRoom(rule, before)
    if (
      before !== undefined &&
      toCanonicalJson({ ...rule, ruleVersion: before.ruleVersion }) === toCanonicalJson(before)
    )
      return { rule: before, cursor: null }
    this.checkRetention(principal, rule, '')
    this.checkNames(principal, [rule], _ruleId => '')
    return {
      rule,
      cursor: await this.#change(id, {
        type: 'rule.declared',
        data: { ...rule, by: getAuthor(principal) }
      })
    }
  }

  /**
   * Withdraws a rule. Throws `not-found`, `forbidden`, `precondition-required` and `action-refused`
   * as `put` does.
   */
  async delete(principal: Principal, id: string, ifMatch: number | null): Promise<string> {
    checkClearance(principal)
    const rule = this.known(principal, id)
    checkTheatres(principal, rule.theatres)
    holdTo(id, rule, ifMatch)
    this.checkNames(principal, [{ ruleId: id, removed: true }], _ruleId => '')
    const data = {
      ruleId: id,
      ruleVersion: nextRuleVersion(this.#state, id),
      by: getAuthor(principal)
    }
    return this.#change(id, { type: 'rule.withdrawn', data })
  }

  /**
   * The rule as its next version. `pointer`: the rule's place in the body. Throws `body-invalid`
   * with all faults.
   */
  findVersion(principal: Principal, id: string, ask: RuleAsk, pointer: string): RuleVersion {
    const { theatres, ...said } = ask
    const draft = { ruleId: id, ...said, parameters: ask.parameters ?? {} }
    // A rule that the principal cannot see never runs in the same theatre as this one.
    const cycles = findCycleFaults(draft, ruleId => this.#seen(principal, ruleId)?.pattern ?? null)
    const ruleFaults = findRuleFaults(theatres === undefined ? draft : { ...draft, theatres })
    const faults = [...ruleFaults, ...cycles].map(fault => fieldError(fault, pointer))
    if (JSON.stringify(draft).length > ruleLengthMax)
      faults.push({ pointer, detail: `has more than ${ruleLengthMax} characters of JSON` })
    if (faults.length > 0) throw invalid(faults)
    const version = { ...draft, ruleVersion: nextRuleVersion(this.#state, id) }
    return theatres === undefined
      ? version
      : { ...version, theatres: [...new Set(theatres)].sort(compareText) }
  }

  /**
   * Throws `body-invalid` if a theatre of the rule retains less than the rule must see. `only`:
   * check these theatres that the principal may see; if omitted, all of them.
   */
  checkRetention(
    principal: Principal,
    rule: RuleVersion,
    pointer: string,
    only?: readonly string[]
  ): void {
    const theatres = this.#listTheatres(principal).filter(
      ({ id }) => only === undefined || only.includes(id)
    )
    const fault = findRetentionFault(rule, theatres, this.#seen(principal, rule.ruleId))
    if (fault !== null) throw invalid([fieldError(fault, pointer)])
  }

  /**
   * Throws if a change leaves a name that no rule answers: `body-invalid` if a changed rule has it,
   * at `formatPointer` that rule; `action-refused` if a rule has it that stays as it is.
   */
  checkNames(
    principal: Principal,
    changes: readonly RuleChange[],
    pointerOf: (ruleId: string) => string
  ): void {
    const before = this.rulesFor(principal)
    const changed = new Set(changes.map(({ ruleId }) => ruleId))
    const standing = before.filter(({ ruleId }) => !changed.has(ruleId))
    const after = [...standing, ...changes.flatMap(change => ('removed' in change ? [] : [change]))]
    const loose = listNewLooseNames(before, after)
    const own = loose.filter(({ ruleId }) => changed.has(ruleId))
    if (own.length > 0) throw invalid(own.map(fault => fieldError(fault, pointerOf(fault.ruleId))))
    const [first] = loose
    if (first === undefined) return
    const others = [...new Set(loose.map(({ ruleId }) => ruleId))].join(', ')
    throw refused(
      `nothing would answer to ${first.name}, which rules over findings read (${others}): change or withdraw them first`
    )
  }

  /**
   * Names in the rule that match no rule which the principal may see: an older log may have some.
   */
  namesNoRule(principal: Principal, rule: RuleVersion): readonly string[] {
    return listLooseNamesIn(rule, this.rulesFor(principal)).map(({ name }) => name)
  }

  /**
   * How much theatres of the rule must retain, and which of those that the principal may see retain
   * less, because of an older log.
   */
  computeRetention(principal: Principal, rule: RuleVersion): SeenRetention {
    const short = listShortRetentions([rule], this.#listTheatres(principal))
    return {
      neededRetentionDays: computeNeededRetention(rule),
      retainedTooShort: short.map(({ theatre }) => theatre)
    }
  }

  #listTheatres(principal: Principal): readonly TheatreConfig[] {
    return [...this.#state.theatres.values()].filter(
      ({ id }) => id !== unassignedTheatre && mayReadTheatre(principal, id)
    )
  }

  get #state(): ControlState {
    return this.#options.control.state
  }

  #seen(principal: Principal, id: string): RuleVersion | undefined {
    const rule = this.#state.rules.get(id)
    return rule !== undefined && seesRule(principal, rule) ? rule : undefined
  }

  /** Callers pass only the principal's theatres, so the answer reveals nothing. */
  #checkThere(theatres: readonly string[] | undefined, pointer: string): void {
    const isThere = (id: string) => id !== unassignedTheatre && this.#state.theatres.has(id)
    const missing = theatres?.filter(id => !isThere(id)) ?? []
    if (missing.length > 0)
      throw invalid([
        { pointer, detail: `must name declared theatres: there is no ${missing.join(', ')}` }
      ])
  }

  /** Limits the rules that a theatre folds. A rule for all theatres counts in each. */
  #checkRoom({ theatres }: RuleVersion, before: RuleVersion | undefined): void {
    const others = [...this.#state.rules.values()].filter(rule => rule.ruleId !== before?.ruleId)
    for (const theatre of theatres ?? this.#state.theatres.keys()) {
      if (others.filter(rule => runsIn(rule, theatre)).length < rulesMax) continue
      throw refused(
        `theatre ${theatre} already has ${rulesMax} rules, which is the limit: withdraw one first`
      )
    }
  }

  /**
   * Writes a change. Throws `action-refused` if another change of this rule came first: the first
   * record of a version counts.
   */
  async #change(ruleId: string, payload: ControlPayload): Promise<string> {
    const { id, cursor } = await this.#write(payload)
    if (this.#state.ruleHeads.get(ruleId)?.recordId !== id)
      throw refused(`another change of rule ${ruleId} came first`)
    return cursor
  }

  async #write(payload: ControlPayload): Promise<{ readonly id: string; readonly cursor: string }> {
    const { log, clock, control, cursorKey } = this.#options
    const time = new Date(clock.nowMs()).toISOString()
    const id = digest('control', payload.type, JSON.stringify(payload.data), time)
    const value = encodeRecord({ id, source: '/tocsin/rules', time, cause: null }, payload)
    const [appended] = await log.append(topics.control, [{ id, key: 'control', value }])
    if (!appended || !(await control.waitForAppended(appended, readWaitMs))) {
      throw new ProblemError('projection-behind', 'the change is stored but not folded yet', {
        retryAfterS: 1
      })
    }
    return { id, cursor: await sealBehind(log, cursorKey, topics.control, [appended]) }
  }
}

/**
 * Throws unless `ifMatch` is the current version. A rule that does not exist needs no `ifMatch`.
 */
function holdTo(id: string, standing: RuleVersion | undefined, ifMatch: number | null): void {
  if (ifMatch === null && standing !== undefined)
    throw new ProblemError(
      'precondition-required',
      `rule ${id} exists: send If-Match with the ruleVersion that you have seen`
    )
  if (ifMatch === null || ifMatch === (standing?.ruleVersion ?? 0)) return
  throw refused(
    standing === undefined
      ? `there is no rule ${id} at version ${ifMatch}`
      : `rule ${id} is at version ${standing.ruleVersion}, not at ${ifMatch}`
  )
}

function refused(detail: string): ProblemError {
  return new ProblemError('action-refused', detail)
}

function invalid(errors: readonly FieldError[]): ProblemError {
  const detail = errors.map(fault => `${fault.pointer || 'the body'} ${fault.detail}`).join('; ')
  return new ProblemError('body-invalid', detail, { errors })
}

function fieldError({ path, detail }: RuleFault, pointer: string): FieldError {
  const escaped = path.map(part => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`)
  return { pointer: `${pointer}${escaped.join('')}`, detail }
}
