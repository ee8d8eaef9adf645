// Previews of rules: what a change would do to alerts, theatre by theatre, several side by side.
// One preview at a time, with one deadline for all of it; a client that disconnects cancels its
// preview.

import { type ProblemCode, ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { NearMiss } from '@tocsin/domain/detection/near-miss'
import { runsIn, unassignedTheatre } from '@tocsin/domain/record/theatre-record'
import { maySee } from '@tocsin/domain/report/handling'
import { latenessOf, lateSecondsOf } from '@tocsin/domain/rule/preview-lateness'
import { monthsOf } from '@tocsin/domain/rule/preview-months'
import { previewSteps } from '@tocsin/domain/rule/preview-steps'
import {
  type AlertDifference,
  type AlertSketch,
  nearlyAsSeen,
  type PreviewBase,
  type PreviewedRule
} from '@tocsin/domain/rule/rule-preview'
import { formatTime } from '@tocsin/domain/space-time/event-time'
import { mayReadTheatre, type Principal } from '@tocsin/service-kit/access/principal'
import type { ServiceDeps } from '@tocsin/service-kit/service-deps'
import type { RulesEngine } from '../partition/rules-engine.ts'
import type { PreviewAnswer, PreviewBody, PreviewProgress } from '../rule/fold-answers.ts'
import type { RuleAsk, RuleOperations } from '../rule/rule-operations.ts'
import { inSlices, type PreviewRunner, type PreviewWatch } from './preview-runner.ts'
import type { PreviewOutcome } from './rule-previews.ts'

/** Maximum of differences listed of each kind; the rest are counted. */
const listedMax = 500
/** Time limit of a whole preview, ms. */
const deadlineMs = 30_000

type Kind = 'preview' | 'near-miss question'

/** How far the preview under way is, and for whom it is computed. */
interface Under {
  readonly principalId: string
  readonly startedAtMs: number
  /** By theatre, from 0 to 1. */
  readonly shares: Map<string, number>
}

export interface PreviewOperationsOptions extends Pick<ServiceDeps, 'clock' | 'control'> {
  readonly engine: () => RulesEngine
  readonly operations: RuleOperations
  readonly runner: PreviewRunner
  /** Default: 30 s. */
  readonly deadlineMs?: number
  /** Called after each preview with its outcome and duration. */
  readonly ended: (outcome: PreviewOutcome, seconds: number) => void
}

export class PreviewOperations {
  readonly #options: PreviewOperationsOptions
  readonly #busy = new Set<Kind>()
  #under: Under | null = null

  constructor(options: PreviewOperationsOptions) {
    this.#options = options
  }

  /**
   * Throws `body-invalid`, `too-many` while another preview runs, `overloaded` on timeout,
   * `not-found` for an unknown theatre.
   */
  async preview(
    body: PreviewBody,
    principal: Principal,
    isGone: () => boolean
  ): Promise<PreviewAnswer> {
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

  async #made(
    body: PreviewBody,
    principal: Principal,
    isGone: () => boolean
  ): Promise<PreviewAnswer> {
    const asked = this.#theatresOf(body, principal)
    const rules = this.#rulesOf(body, principal, asked)
    return this.#alone('preview', isGone, async watch => {
      this.#under = {
        principalId: principal.id,
        startedAtMs: this.#options.clock.nowMs(),
        shares: new Map(asked.flatMap(id => (this.#options.engine().theatre(id) ? [[id, 0]] : [])))
      }
      try {
        const byTheatre = await this.#sideBySide([...this.#under.shares.keys()], watch, {
          ...body,
          rules,
          principal
        })
        const theatres = asked.flatMap(id => byTheatre.get(id) ?? [])
        const elsewhere = asked.filter(id => !byTheatre.has(id))
        return { theatres, elsewhere, complete: elsewhere.length === 0 }
      } finally {
        this.#under = null
      }
    })
  }

  /** How far the preview of this principal is; null if none is under way. */
  progress({ id }: Principal): PreviewProgress | null {
    if (this.#under?.principalId !== id) return null
    const { startedAtMs, shares } = this.#under
    const theatres = [...shares].map(([theatre, share]) => ({ theatre, share }))
    return { startedAt: formatTime(startedAtMs), theatres }
  }

  /**
   * What is shown of each theatre. The largest begin first; when one is refused or fails, the
   * others stop.
   */
  async #sideBySide(
    ids: readonly string[],
    { refusal }: PreviewWatch,
    asked: Asked
  ): Promise<Map<string, object>> {
    const { engine, runner } = this.#options
    const sizeOf = (id: string) => engine().theatre(id)?.fold?.incidentCount ?? 0
    const waiting = ids.toSorted((a, b) => sizeOf(b) - sizeOf(a))
    const shown = new Map<string, object>()
    let failure: { readonly error: unknown } | null = null
    const stopped = () =>
      failure?.error instanceof ProblemError ? failure.error : failure && endedBeside
    const one = async (): Promise<void> => {
      for (let id = waiting.shift(); id !== undefined && failure === null; id = waiting.shift()) {
        const difference = await this.#previewed(
          id,
          { refusal: () => stopped() ?? refusal() },
          asked
        )
        if (difference !== null) shown.set(id, shownTo(asked.principal, difference))
      }
    }
    const guarded = () =>
      one().catch((error: unknown) => {
        failure ??= { error }
      })
    await Promise.all(Array.from({ length: Math.min(runner.atOnce, ids.length) }, guarded))
    if (failure !== null) throw (failure as { readonly error: unknown }).error
    return shown
  }

  /** Null if the theatre is no longer folded here. */
  async #previewed(
    id: string,
    { refusal }: Pick<PreviewWatch, 'refusal'>,
    { rules, principal, against = 'in-force' }: Asked
  ): Promise<AlertDifference | null> {
    const ground = this.#options.engine().theatre(id)?.fold?.previewGround(principal.handling)
    if (ground === undefined) return null
    const here = rules.map(rule =>
      'removed' in rule || runsIn(rule, id) ? rule : removed(rule.ruleId)
    )
    const steps = previewSteps(ground, here, against)
    // What is compared at the end is not counted: the whole is only told once it is there.
    const at = (done: number) => this.#under?.shares.set(id, Math.min(done / steps, 0.99))
    const difference = await this.#options.runner.run(
      { ground, rules: here, against },
      { refusal, at }
    )
    this.#under?.shares.set(id, 1)
    return difference
  }

  /**
   * Near misses of a rule in a theatre of this instance, folded anew from what the principal may
   * see; null if its pattern cannot report them. Throws `too-many` and `overloaded` as `preview`
   * does.
   */
  near(
    theatre: string,
    ruleId: string,
    principal: Principal,
    isGone: () => boolean
  ): Promise<readonly NearMiss[] | null> {
    return this.#alone('near-miss question', isGone, async watch => {
      const ground = this.#options
        .engine()
        .theatre(theatre)
        ?.fold?.previewGround(principal.handling)
      return ground ? inSlices(nearlyAsSeen(ground, ruleId), this.#options.clock, watch) : null
    })
  }

  /** One at a time of each kind, so that near-miss queries do not block previews. */
  async #alone<T>(
    kind: Kind,
    isGone: () => boolean,
    work: (watch: PreviewWatch) => Promise<T>
  ): Promise<T> {
    if (this.#busy.has(kind))
      throw new ProblemError('too-many', `another ${kind} is running; only one runs at a time`, {
        retryAfterS: 2
      })
    this.#busy.add(kind)
    const { clock } = this.#options
    const giveUpMs = clock.monotonicMs() + (this.#options.deadlineMs ?? deadlineMs)
    const refusal = () => {
      if (clock.monotonicMs() > giveUpMs)
        return new ProblemError(
          'overloaded',
          'the preview took too long: preview fewer rules or theatres',
          { retryAfterS: 5 }
        )
      return isGone()
        ? new ProblemError('overloaded', 'the client of this preview has disconnected', {
            retryAfterS: 1
          })
        : null
    }
    try {
      return await work({ refusal, at: () => {} })
    } finally {
      this.#busy.delete(kind)
    }
  }

  #rulesOf(
    { rules, against }: PreviewBody,
    principal: Principal,
    theatres: readonly string[]
  ): PreviewedRule[] {
    const { operations } = this.#options
    const ids = rules.map(({ id }) => id)
    const twice = ids.findIndex((id, i) => ids.indexOf(id) < i)
    if (twice !== -1) {
      const fault = { pointer: `/rules/${twice}/id`, detail: `is a duplicate: ${ids[twice]}` }
      throw new ProblemError('body-invalid', `${fault.pointer} ${fault.detail}`, {
        errors: [fault]
      })
    }
    const changes = rules.map(({ id, ...ask }, i) => {
      if (ask.pattern === undefined) return this.#removed(principal, id, i, against)
      const rule = operations.versionOf(principal, id, ask as RuleAsk, `/rules/${i}`)
      operations.checkRetention(principal, rule, `/rules/${i}`, theatres)
      return rule
    })
    operations.checkNames(principal, changes, ruleId => `/rules/${ids.indexOf(ruleId)}`)
    return changes
  }

  /** A rule without a pattern is a withdrawal. */
  #removed(
    principal: Principal,
    id: string,
    i: number,
    against: PreviewBase = 'in-force'
  ): PreviewedRule {
    const isKnown = this.#options.operations.rulesFor(principal).some(({ ruleId }) => ruleId === id)
    if (isKnown && against === 'in-force') return removed(id)
    const lack =
      against === 'in-force'
        ? `there is no rule ${id} to withdraw`
        : 'without a rule there is nothing to look for'
    const fault = { pointer: `/rules/${i}/pattern`, detail: `is missing, and ${lack}` }
    throw new ProblemError('body-invalid', `${fault.pointer} ${fault.detail}`, { errors: [fault] })
  }

  #theatresOf({ theatres }: PreviewBody, principal: Principal): readonly string[] {
    const known = [...this.#options.control.state.theatres.keys()].filter(
      id => id !== unassignedTheatre && mayReadTheatre(principal, id)
    )
    for (const id of theatres ?? [])
      if (!known.includes(id)) throw new ProblemError('not-found', `there is no theatre ${id}`)
    return theatres === undefined ? known : known.filter(id => theatres.includes(id))
  }
}

interface Asked extends Pick<PreviewBody, 'against'> {
  readonly principal: Principal
  readonly rules: readonly PreviewedRule[]
}

/** Why a theatre stops when another one fails. */
const endedBeside = new ProblemError('overloaded', 'the preview of another theatre has failed', {
  retryAfterS: 1
})

function removed(ruleId: string): PreviewedRule {
  return { ruleId, removed: true }
}

const outcomeByCode: { readonly [code in ProblemCode]?: PreviewOutcome } = {
  'body-invalid': 'refused',
  'action-refused': 'refused',
  'not-found': 'refused',
  'too-many': 'busy',
  overloaded: 'given-up'
}

/** What a reader may see: an alert that rests on stricter reports is left out, from counts too. */
function shownTo(
  principal: Principal,
  { theatre, sinceMs, appear, change, vanish, same }: AlertDifference
) {
  const sees = (sketch: AlertSketch) => maySee(principal.handling, sketch.handling)
  const shown = ({ handling: _handling, lateMs, drill, ...sketch }: AlertSketch) => ({
    ...sketch,
    ...(drill ? { drill: true as const } : {}),
    lateSeconds: lateSecondsOf({ lateMs })
  })
  const [came, went] = [appear.filter(sees), vanish.filter(sees)]
  const moved = change.filter(({ before, after }) => sees(before) && sees(after))
  // A rule is judged by what it tells of the world.
  const ofWorld = came.filter(({ drill }) => !drill)
  const beyond = (list: readonly unknown[]) => Math.max(0, list.length - listedMax)
  return {
    theatre,
    since: sinceMs === null ? null : formatTime(sinceMs),
    months: monthsOf(ofWorld),
    lateness: latenessOf(ofWorld),
    appear: came.slice(0, listedMax).map(shown),
    change: moved
      .slice(0, listedMax)
      .map(({ before, after }) => ({ before: shown(before), after: shown(after) })),
    vanish: went.slice(0, listedMax).map(shown),
    same: same.filter(sees).length,
    omitted: beyond(came) + beyond(moved) + beyond(went)
  }
}
