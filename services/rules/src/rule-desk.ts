// What is asked of rules, decided: whether a rule can be, which version comes next, whether anything changes at all. Writes to the control log and waits
// until that is folded. HTTP is rules-routes.ts.

import { canonicalJson } from '@tocsin/contracts/canonical-json'
import { digest } from '@tocsin/contracts/digest'
import { type FieldError, ProblemError } from '@tocsin/contracts/problem-catalogue'
import { encodeRecord } from '@tocsin/contracts/records'
import type { ControlPayload } from '@tocsin/domain/control-record'
import type { Clock } from '@tocsin/domain/ports'
import { cycleFaults, type RuleDraft, type RuleFault, ruleFaults } from '@tocsin/domain/rule-check'
import type { RuleVersion } from '@tocsin/domain/theatre-record'
import { advance } from '@tocsin/event-log/cursor'
import type { EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { ControlView } from '@tocsin/service-kit/control-view'
import { sealCursor } from '@tocsin/service-kit/sealed-cursor'

export interface RuleDeskOptions {
  readonly log: EventLog
  readonly clock: Clock
  readonly control: ControlView
  readonly cursorKey: Buffer
}

/** How long a write waits to be read back, ms. Source: design, section 5. */
const ownWriteMs = 2000
/** Of one rule, characters of JSON: it is written into every theatre, and again into each of their snapshots. */
export const ruleLengthMax = 65_536

/** Rules of a suite: each is folded in every theatre. */
export const rulesMax = 500

/** What a request says of a rule: all but its id. */
export type RuleAsk = Omit<RuleDraft, 'ruleId'>

export class RuleDesk {
  readonly #options: RuleDeskOptions

  constructor(options: RuleDeskOptions) {
    this.#options = options
  }

  /** All rules, in the order of their first declaration. */
  get rules(): readonly RuleVersion[] {
    return [...this.#options.control.state.rules.values()]
  }

  /** The rule. Throws `not-found`. */
  known(id: string): RuleVersion {
    const rule = this.#options.control.state.rules.get(id)
    if (!rule) throw new ProblemError('not-found', `there is no rule ${id}`)
    return rule
  }

  /**
   * Declares a rule or changes it. The same again changes nothing and writes nothing: `cursor` is null. `ifMatch`: the version that the asker has seen, 0
   * for none; null where that does not matter. Throws `body-invalid` with all faults, `action-refused` where another change came first.
   */
  async put(id: string, ask: RuleAsk, ifMatch: number | null): Promise<{ rule: RuleVersion; cursor: string | null }> {
    const { control } = this.#options
    const rule = this.versionOf(id, ask, '')
    const before = control.state.rules.get(id)
    this.#holdTo(ifMatch, id)
    if (before === undefined && control.state.rules.size >= rulesMax)
      throw new ProblemError(
        'action-refused',
        `there are ${rulesMax} rules already, the most that there can be: withdraw one first`
      )
    if (before !== undefined && canonicalJson({ ...rule, ruleVersion: before.ruleVersion }) === canonicalJson(before))
      return { rule: before, cursor: null }
    const cursor = await this.#write({ type: 'rule.declared', data: rule })
    // Another instance may have declared this version at the same time: the first counts.
    if (canonicalJson(control.state.rules.get(id) ?? null) !== canonicalJson(rule))
      throw new ProblemError('action-refused', `rule ${id} was changed at the same time, and that came first`)
    return { rule, cursor }
  }

  /** Withdraws a rule. Throws `not-found`, and `action-refused` as `put` does. */
  async delete(id: string, ifMatch: number | null): Promise<string> {
    const { ruleId } = this.known(id)
    this.#holdTo(ifMatch, id)
    return this.#write({ type: 'rule.withdrawn', data: { ruleId } })
  }

  /** The rule as its next version. `pointer`: where it stands in the body. Throws `body-invalid` with all faults. */
  versionOf(id: string, ask: RuleAsk, pointer: string): RuleVersion {
    const draft = { ruleId: id, ...ask, parameters: ask.parameters ?? {} }
    const { rules } = this.#options.control.state
    const cycles = cycleFaults(draft, ruleId => rules.get(ruleId)?.pattern ?? null)
    const faults = [...ruleFaults(draft), ...cycles].map(fault => fieldError(fault, pointer))
    if (JSON.stringify(draft).length > ruleLengthMax)
      faults.push({ pointer, detail: `has more than ${ruleLengthMax} characters of JSON` })
    if (faults.length > 0) {
      const detail = faults.map(fault => `${fault.pointer || 'the body'} ${fault.detail}`).join('; ')
      throw new ProblemError('body-invalid', detail, { errors: faults })
    }
    return { ...draft, ruleVersion: (this.#options.control.state.rules.get(id)?.ruleVersion ?? 0) + 1 }
  }

  #holdTo(ifMatch: number | null, id: string): void {
    const standing = this.#options.control.state.rules.get(id)?.ruleVersion ?? 0
    if (ifMatch !== null && ifMatch !== standing)
      throw new ProblemError('action-refused', `rule ${id} is at version ${standing}, not at ${ifMatch}`)
  }

  async #write(payload: ControlPayload): Promise<string> {
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
    return sealCursor(cursorKey, { cursors: [cursor] })
  }
}

function fieldError({ path, detail }: RuleFault, pointer: string): FieldError {
  const escaped = path.map(part => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`)
  return { pointer: `${pointer}${escaped.join('')}`, detail }
}
