// Previews of rules: what a change would do to alerts, computed in short slices so that folding continues. One at a time, with a
// deadline; a client that disconnects cancels its preview.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { type ProblemCode, ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { NearMiss } from '@tocsin/domain/detection/near-miss'
import { runsIn, unassignedTheatre } from '@tocsin/domain/record/theatre-record'
import { maySee } from '@tocsin/domain/report/handling'
import { monthsOf } from '@tocsin/domain/rule/preview-months'
import {
  type AlertDifference,
  type AlertSketch,
  nearlyAsSeen,
  type PreviewBase,
  type PreviewedRule,
  previewRules
} from '@tocsin/domain/rule/rule-preview'
import { formatTime } from '@tocsin/domain/space-time/event-time'
import { mayReadTheatre, type Principal } from '@tocsin/service-kit/access/principal'
import type { ServiceDeps } from '@tocsin/service-kit/service-deps'
import type { RulesEngine } from '../partition/rules-engine.ts'
import type { PreviewAnswer, PreviewBody } from './fold-answers.ts'
import type { RuleAsk, RuleOperations } from './rule-operations.ts'

/** Maximum of differences listed of each kind; the rest are counted. */
const listedMax = 500
/** Length of a work slice before other work gets a turn, ms. */
const sliceMs = 5
/** Time limit of a preview, ms. */
const deadlineMs = 30_000

/** How a preview ended: `refused` as invalid, `busy` because another was running, `given-up` on timeout or disconnection. */
export const previewOutcomes = ['done', 'refused', 'busy', 'given-up', 'failed'] as const
export type PreviewOutcome = (typeof previewOutcomes)[number]

type Kind = 'preview' | 'near-miss question'

export interface PreviewOperationsOptions extends Pick<ServiceDeps, 'clock' | 'control'> {
  readonly engine: () => RulesEngine
  readonly operations: RuleOperations
  /** Default: 30 s. */
  readonly deadlineMs?: number
  /** Called after each preview with its outcome and duration. */
  readonly ended: (outcome: PreviewOutcome, seconds: number) => void
}

export class PreviewOperations {
  readonly #options: PreviewOperationsOptions
  readonly #busy = new Set<Kind>()

  constructor(options: PreviewOperationsOptions) {
    this.#options = options
  }

  /**
   * Throws `body-invalid`, `too-many` while another preview runs, `overloaded` on timeout, `not-found` for an unknown theatre.
   */
  async preview(body: PreviewBody, principal: Principal, isGone: () => boolean): Promise<PreviewAnswer> {
    const { clock, ended } = this.#options
    const startMs = clock.monotonicMs()
    const end = (outcome: PreviewOutcome) => ended(outcome, (clock.monotonicMs() - startMs) / 1000)
    try {
      const answer = await this.#made(body, principal, isGone)
      end('done')
      return answer
    } catch (error) {
      end(error instanceof ProblemError ? (outcomeByCode[error.code] ?? 'failed') : 'failed')
      throw error
    }
  }

  async #made(body: PreviewBody, principal: Principal, isGone: () => boolean): Promise<PreviewAnswer> {
    const rules = this.#rulesOf(body, principal)
    const asked = this.#theatresOf(body, principal)
    return this.#alone('preview', async giveUpMs => {
      const theatres: object[] = []
      const elsewhere: string[] = []
      for (const id of asked) {
        const owner = this.#options.engine().theatre(id)
        const here = rules.map(rule => ('removed' in rule || runsIn(rule, id) ? rule : removed(rule.ruleId)))
        const work = owner && previewRules(owner.fold.previewGround(principal.handling), here, body.against)
        if (work === undefined) elsewhere.push(id)
        else theatres.push(shownTo(principal, await this.#run(work, giveUpMs, isGone)))
      }
      return { theatres, elsewhere, complete: elsewhere.length === 0 }
    })
  }

  /**
   * Near misses of a rule in a theatre of this instance, folded anew from what the principal may see; null if its pattern cannot
   * report them. Throws `too-many` and `overloaded` as `preview` does.
   */
  near(theatre: string, ruleId: string, principal: Principal, isGone: () => boolean): Promise<readonly NearMiss[] | null> {
    return this.#alone('near-miss question', async giveUpMs => {
      const ground = this.#options.engine().theatre(theatre)?.fold.previewGround(principal.handling)
      return ground ? this.#run(nearlyAsSeen(ground, ruleId), giveUpMs, isGone) : null
    })
  }

  /** One at a time of each kind, so that near-miss queries do not block previews. */
  async #alone<T>(kind: Kind, work: (giveUpMs: number) => Promise<T>): Promise<T> {
    if (this.#busy.has(kind))
      throw new ProblemError('too-many', `another ${kind} is running; only one runs at a time`, { retryAfterS: 2 })
    this.#busy.add(kind)
    try {
      return await work(this.#options.clock.monotonicMs() + (this.#options.deadlineMs ?? deadlineMs))
    } finally {
      this.#busy.delete(kind)
    }
  }

  #rulesOf({ rules, against }: PreviewBody, principal: Principal): PreviewedRule[] {
    const ids = rules.map(({ id }) => id)
    const twice = ids.findIndex((id, i) => ids.indexOf(id) < i)
    if (twice !== -1) {
      const fault = { pointer: `/rules/${twice}/id`, detail: `is a duplicate: ${ids[twice]}` }
      throw new ProblemError('body-invalid', `${fault.pointer} ${fault.detail}`, { errors: [fault] })
    }
    return rules.map(({ id, ...ask }, i) =>
      ask.pattern === undefined
        ? this.#removed(principal, id, i, against)
        : this.#options.operations.versionOf(principal, id, ask as RuleAsk, `/rules/${i}`)
    )
  }

  /** A rule without a pattern is a withdrawal. */
  #removed(principal: Principal, id: string, i: number, against: PreviewBase = 'in-force'): PreviewedRule {
    const isKnown = this.#options.operations.rulesFor(principal).some(({ ruleId }) => ruleId === id)
    if (isKnown && against === 'in-force') return removed(id)
    const lack = against === 'in-force' ? `there is no rule ${id} to withdraw` : 'without a rule there is nothing to look for'
    const fault = { pointer: `/rules/${i}/pattern`, detail: `is missing, and ${lack}` }
    throw new ProblemError('body-invalid', `${fault.pointer} ${fault.detail}`, { errors: [fault] })
  }

  #theatresOf({ theatres }: PreviewBody, principal: Principal): readonly string[] {
    const known = [...this.#options.control.state.theatres.keys()].filter(
      id => id !== unassignedTheatre && mayReadTheatre(principal, id)
    )
    for (const id of theatres ?? []) if (!known.includes(id)) throw new ProblemError('not-found', `there is no theatre ${id}`)
    return theatres === undefined ? known : known.filter(id => theatres.includes(id))
  }

  async #run<T>(work: Generator<void, T>, giveUpMs: number, isGone: () => boolean): Promise<T> {
    const { clock } = this.#options
    for (;;) {
      const sliceEndMs = clock.monotonicMs() + sliceMs
      // At least one step, however slow the machine is.
      do {
        const step = work.next()
        if (step.done) return step.value
      } while (clock.monotonicMs() < sliceEndMs)
      if (clock.monotonicMs() > giveUpMs)
        throw new ProblemError('overloaded', 'the preview took too long: preview fewer rules or theatres', { retryAfterS: 5 })
      if (isGone()) throw new ProblemError('overloaded', 'the client of this preview has disconnected', { retryAfterS: 1 })
      await nextTurn()
    }
  }
}

function removed(ruleId: string): PreviewedRule {
  return { ruleId, removed: true }
}

const outcomeByCode: { readonly [code in ProblemCode]?: PreviewOutcome } = {
  'body-invalid': 'refused',
  'not-found': 'refused',
  'too-many': 'busy',
  overloaded: 'given-up'
}

/** What a reader may see: an alert that rests on stricter reports is left out, from counts too. */
function shownTo(principal: Principal, { theatre, sinceMs, appear, change, vanish, same }: AlertDifference) {
  const sees = (sketch: AlertSketch) => maySee(principal.handling, sketch.handling)
  const shown = ({ handling: _handling, ...sketch }: AlertSketch) => sketch
  const [came, went] = [appear.filter(sees), vanish.filter(sees)]
  const moved = change.filter(({ before, after }) => sees(before) && sees(after))
  const beyond = (list: readonly unknown[]) => Math.max(0, list.length - listedMax)
  return {
    theatre,
    since: sinceMs === null ? null : formatTime(sinceMs),
    months: monthsOf(came),
    appear: came.slice(0, listedMax).map(shown),
    change: moved.slice(0, listedMax).map(({ before, after }) => ({ before: shown(before), after: shown(after) })),
    vanish: went.slice(0, listedMax).map(shown),
    same: same.filter(sees).length,
    omitted: beyond(came) + beyond(moved) + beyond(went)
  }
}
