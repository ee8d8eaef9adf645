// What is asked of rules, decided: whether a rule can be and is the asker's to change, which version comes next, whether anything changes at
// all. Writes to the control log and waits until that is folded. HTTP is rules-routes.ts.

import { canonicalJson } from '@tocsin/contracts/json/canonical-json'
import { digest } from '@tocsin/contracts/json/digest'
import { type FieldError, ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { encodeRecord } from '@tocsin/contracts/record/records'
import type { ControlPayload } from '@tocsin/domain/control/control-record'
import { type ControlState, nextRuleVersion } from '@tocsin/domain/control/control-state'
import { compareText } from '@tocsin/domain/incident/incident'
import type { Clock } from '@tocsin/domain/ports'
import { type RuleVersion, runsIn, unassignedTheatre } from '@tocsin/domain/record/theatre-record'
import { cycleFaults, type RuleDraft, type RuleFault, ruleFaults } from '@tocsin/domain/rule/rule-check'
import { advance } from '@tocsin/event-log/cursor'
import type { EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { authorOf, type Principal } from '@tocsin/service-kit/access/principal'
import type { ControlView } from '@tocsin/service-kit/projection/control-view'
import { sealCursor } from '@tocsin/service-kit/projection/sealed-cursor'
import { checkClearance, checkTheatres, seesRule } from './rule-reach.ts'

export interface RuleDeskOptions {
  readonly log: EventLog
  readonly clock: Clock
  readonly control: ControlView
  readonly cursorKey: Buffer
}

/** How long a write waits to be read back, ms. Source: formats.md#cursors. */
const ownWriteMs = 2000
/** Of one rule, characters of JSON: it is written into every theatre, and again into each of their snapshots. */
export const ruleLengthMax = 65_536

/** Rules of one theatre, those for all theatres among them. */
export const rulesMax = 500

/** What a request says of a rule: all but its id. */
export type RuleAsk = Omit<RuleDraft, 'ruleId'>

export class RuleDesk {
  readonly #options: RuleDeskOptions

  constructor(options: RuleDeskOptions) {
    this.#options = options
  }

  /** Rules that concern the principal, in the order of their first declaration. */
  rulesFor(principal: Principal): readonly RuleVersion[] {
    return [...this.#state.rules.values()].filter(rule => seesRule(principal, rule))
  }

  /** The rule. Throws `not-found`, also where it concerns no theatre of the principal. */
  known(principal: Principal, id: string): RuleVersion {
    const rule = this.#seen(principal, id)
    if (!rule) throw new ProblemError('not-found', `there is no rule ${id}`)
    return rule
  }

  /**
   * Declares a rule or changes it. The same again changes nothing and writes nothing: `cursor` is null. `ifMatch`: the version that the asker has seen, 0
   * for none; null where it was not said, which is enough for a rule that is not there. Throws `body-invalid` with all faults; `forbidden` where it touches
   * what is not the principal's, before or after; `precondition-required`; `action-refused` where another change came first, or the name is taken.
   */
  async put(
    principal: Principal,
    id: string,
    ask: RuleAsk,
    ifMatch: number | null
  ): Promise<{ rule: RuleVersion; cursor: string | null }> {
    const rule = this.versionOf(principal, id, ask, '')
    checkClearance(principal)
    checkTheatres(principal, rule.theatres)
    this.#checkThere(rule.theatres, '/theatres')
    const before = this.#seen(principal, id)
    if (before !== undefined) checkTheatres(principal, before.theatres)
    holdTo(id, before, ifMatch)
    // Names are the suite's: a rule that the principal does not see keeps its own.
    if (before === undefined && this.#state.rules.has(id)) throw refused(`rule ${id} can not be declared: the name is taken`)
    this.#checkRoom(rule, before)
    if (before !== undefined && canonicalJson({ ...rule, ruleVersion: before.ruleVersion }) === canonicalJson(before))
      return { rule: before, cursor: null }
    return { rule, cursor: await this.#change(id, { type: 'rule.declared', data: { ...rule, by: authorOf(principal) } }) }
  }

  /** Withdraws a rule. Throws `not-found`, `forbidden`, `precondition-required` and `action-refused` as `put` does. */
  async delete(principal: Principal, id: string, ifMatch: number | null): Promise<string> {
    checkClearance(principal)
    const rule = this.known(principal, id)
    checkTheatres(principal, rule.theatres)
    holdTo(id, rule, ifMatch)
    const data = { ruleId: id, ruleVersion: nextRuleVersion(this.#state, id), by: authorOf(principal) }
    return this.#change(id, { type: 'rule.withdrawn', data })
  }

  /** The rule as its next version. `pointer`: where it stands in the body. Throws `body-invalid` with all faults. */
  versionOf(principal: Principal, id: string, ask: RuleAsk, pointer: string): RuleVersion {
    const { theatres, ...said } = ask
    const draft = { ruleId: id, ...said, parameters: ask.parameters ?? {} }
    // Of rules that the principal does not see, none runs where this one does.
    const cycles = cycleFaults(draft, ruleId => this.#seen(principal, ruleId)?.pattern ?? null)
    const faults = [...ruleFaults(draft), ...cycles].map(fault => fieldError(fault, pointer))
    if (JSON.stringify(draft).length > ruleLengthMax)
      faults.push({ pointer, detail: `has more than ${ruleLengthMax} characters of JSON` })
    if (faults.length > 0) throw invalid(faults)
    const version = { ...draft, ruleVersion: nextRuleVersion(this.#state, id) }
    return theatres === undefined ? version : { ...version, theatres: [...new Set(theatres)].sort(compareText) }
  }

  get #state(): ControlState {
    return this.#options.control.state
  }

  #seen(principal: Principal, id: string): RuleVersion | undefined {
    const rule = this.#state.rules.get(id)
    return rule !== undefined && seesRule(principal, rule) ? rule : undefined
  }

  /** Only theatres that are the principal's come here: it may know whether they are there. */
  #checkThere(theatres: readonly string[] | undefined, pointer: string): void {
    const isThere = (id: string) => id !== unassignedTheatre && this.#state.theatres.has(id)
    const missing = theatres?.filter(id => !isThere(id)) ?? []
    if (missing.length > 0)
      throw invalid([{ pointer, detail: `must name theatres that run rules: there is none of the name ${missing.join(', ')}` }])
  }

  /** What a theatre folds is limited: a rule for all theatres counts in each. */
  #checkRoom({ theatres }: RuleVersion, before: RuleVersion | undefined): void {
    const others = [...this.#state.rules.values()].filter(rule => rule.ruleId !== before?.ruleId)
    for (const theatre of theatres ?? this.#state.theatres.keys()) {
      if (others.filter(rule => runsIn(rule, theatre)).length < rulesMax) continue
      throw refused(`there are ${rulesMax} rules in theatre ${theatre} already, the most that there can be: withdraw one first`)
    }
  }

  /** Writes a change. Throws `action-refused` where another one of this rule came first: the first record of a version counts. */
  async #change(ruleId: string, payload: ControlPayload): Promise<string> {
    const { id, cursor } = await this.#write(payload)
    if (this.#state.ruleHeads.get(ruleId)?.recordId !== id)
      throw refused(`rule ${ruleId} was changed at the same time, and that came first`)
    return cursor
  }

  async #write(payload: ControlPayload): Promise<{ readonly id: string; readonly cursor: string }> {
    const { log, clock, control, cursorKey } = this.#options
    const time = new Date(clock.nowMs()).toISOString()
    const id = digest('control', payload.type, JSON.stringify(payload.data), time)
    const [appended] = await log.append(topics.control, [
      { id, key: 'control', value: encodeRecord({ id, source: '/tocsin/rules', time, cause: null }, payload) }
    ])
    if (!appended || !(await control.waitForAppended(appended, ownWriteMs))) {
      throw new ProblemError('projection-behind', 'the change is stored and not folded yet', { retryAfterS: 1 })
    }
    const cursor = advance(await log.cursorAt(topics.control, 'earliest'), appended.partition, appended.position + 1n)
    return { id, cursor: sealCursor(cursorKey, { cursors: [cursor] }) }
  }
}

/** Throws where what the asker has seen is not what stands; what is not there asks for nothing to be seen. */
function holdTo(id: string, standing: RuleVersion | undefined, ifMatch: number | null): void {
  if (ifMatch === null && standing !== undefined)
    throw new ProblemError('precondition-required', `rule ${id} is there: send If-Match with the ruleVersion that you have seen`)
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
