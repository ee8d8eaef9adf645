// Previews of rules: what a change would do to alerts, theatre by theatre, several in parallel. One
// preview at a time, with one deadline for the whole preview; a client that disconnects cancels its
// preview, and so does a later one of the same key.

import { mayReadTheatre, type Principal } from '@tocsin/auth/access/principal'
import { type ProblemCode, ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { unassignedTheatre } from '@tocsin/contracts/theatre/theatre-record'
import { formatTime } from '@tocsin/domain/space-time/event-time'
import type { AlertDifference, PreviewBase } from '@tocsin/engine/theatre/preview'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { RulesEngine } from '../partition/rules-engine.ts'
import type { PreviewAnswer, PreviewBody, PreviewProgress } from '../rule/fold-answers.ts'
import type { RuleAsk, RuleChange, RuleOperations } from '../rule/rule-operations.ts'
import { formatDifference } from './preview-answer.ts'
import { makeGround } from './preview-ground.ts'
import type { PreviewRunner, PreviewWatch } from './preview-pool.ts'

/** Time limit of a whole preview, ms. */
const deadlineMs = 30_000

/**
 * How a preview ended: `refused` as invalid, `busy` because another was running, `given-up` on
 * timeout or disconnection.
 */
export const previewOutcomes = ['done', 'refused', 'busy', 'given-up', 'failed'] as const
export type PreviewOutcome = (typeof previewOutcomes)[number]

/** The preview under way. */
interface Underway {
  readonly principalId: string
  readonly startedAtMs: number
  /** How much is done of each theatre, from 0 to 1. */
  readonly shares: Map<string, number>
  isReplaced: boolean
  readonly ended: PromiseWithResolvers<void>
}

export interface RulePreviewsOptions extends Pick<ServiceDeps, 'clock' | 'control'> {
  readonly engine: () => Pick<RulesEngine, 'theatre'>
  readonly operations: RuleOperations
  readonly runner: PreviewRunner
  /** Default: 30 s. */
  readonly deadlineMs?: number
  /** Called after each preview with its outcome and duration. */
  readonly ended: (outcome: PreviewOutcome, seconds: number) => void
}

interface Asked {
  readonly principal: Principal
  readonly changes: readonly RuleChange[]
  readonly against: PreviewBase
}

export class RulePreviews {
  readonly #options: RulePreviewsOptions
  #underway: Underway | null = null

  constructor(options: RulePreviewsOptions) {
    this.#options = options
  }

  /**
   * Throws `body-invalid`, `too-many` while one of another key runs or once a later one of this key
   * begins, `overloaded` on timeout,
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
      const answer = await this.#preview(body, principal, isGone)
      end('done')
      return answer
    } catch (error) {
      end(error instanceof ProblemError ? (outcomeByCode[error.code] ?? 'failed') : 'failed')
      throw error
    }
  }

  async #preview(
    body: PreviewBody,
    principal: Principal,
    isGone: () => boolean
  ): Promise<PreviewAnswer> {
    const { against = 'in-force' } = body
    const theatres = this.#listTheatres(body, principal)
    const asked = { principal, against, changes: this.#listChanges(body, principal, theatres) }
    // Checked and set without a wait between: two that come together are not both under way.
    while (this.#underway !== null) await replace(this.#underway, principal)
    const here = theatres.filter(id => this.#options.engine().theatre(id) !== undefined)
    const underway = {
      principalId: principal.id,
      startedAtMs: this.#options.clock.nowMs(),
      shares: new Map(here.map(id => [id, 0])),
      ...{ isReplaced: false, ended: Promise.withResolvers<void>() }
    }
    this.#underway = underway
    try {
      const refuse = this.#watchDeadline(isGone)
      const byTheatre = await this.#previewAll(here, asked, () =>
        underway.isReplaced ? wasReplaced : refuse()
      )
      const elsewhere = theatres.filter(id => !byTheatre.has(id))
      return {
        theatres: theatres.flatMap(id => byTheatre.get(id) ?? []),
        elsewhere,
        complete: elsewhere.length === 0
      }
    } finally {
      this.#underway = null
      underway.ended.resolve()
    }
  }

  /** How far the preview of this principal is; null if none is under way. */
  progress({ id }: Principal): PreviewProgress | null {
    if (this.#underway?.principalId !== id) return null
    const { startedAtMs, shares } = this.#underway
    const theatres = [...shares].map(([theatre, share]) => ({ theatre, share }))
    return { startedAt: formatTime(startedAtMs), theatres }
  }

  /**
   * The answer for each theatre. The largest begin first; when one is refused or fails, the others
   * stop.
   */
  async #previewAll(
    ids: readonly string[],
    asked: Asked,
    refuse: PreviewWatch['refuse']
  ): Promise<Map<string, object>> {
    const { engine, runner } = this.#options
    const readSize = (id: string) => engine().theatre(id)?.reportCount ?? 0
    const waiting = ids.toSorted((a, b) => readSize(b) - readSize(a))
    const answers = new Map<string, object>()
    let failure: { readonly error: unknown } | null = null
    const refuseAll = () => {
      if (failure === null) return refuse()
      return failure.error instanceof ProblemError ? failure.error : otherFailed
    }
    const previewNext = async (): Promise<void> => {
      for (let id = waiting.shift(); id !== undefined && failure === null; id = waiting.shift()) {
        const difference = await this.#previewTheatre(id, asked, refuseAll)
        if (difference !== null) answers.set(id, formatDifference(difference))
      }
    }
    const turns = Array.from({ length: Math.min(runner.parallelism, ids.length) }, () =>
      previewNext().catch((error: unknown) => {
        failure ??= { error }
      })
    )
    await Promise.all(turns)
    if (failure !== null) throw (failure as { readonly error: unknown }).error
    return answers
  }

  /** Null if the theatre is no longer folded here. */
  async #previewTheatre(
    id: string,
    { principal, changes, against }: Asked,
    refuse: PreviewWatch['refuse']
  ): Promise<AlertDifference | null> {
    const { engine, runner } = this.#options
    const theatre = engine().theatre(id)?.engine ?? null
    if (theatre === null) return null
    const report = (share: number) => this.#underway?.shares.set(id, share)
    const task = { ground: makeGround(theatre, principal.handling), changes, against }
    const difference = await runner.run(task, { refuse, report })
    report(1)
    return difference
  }

  #watchDeadline(isGone: () => boolean): PreviewWatch['refuse'] {
    const { clock } = this.#options
    const untilMs = clock.monotonicMs() + (this.#options.deadlineMs ?? deadlineMs)
    return () => {
      if (clock.monotonicMs() > untilMs) return tookTooLong
      return isGone() ? hasDisconnected : null
    }
  }

  #listChanges(
    { rules, against }: PreviewBody,
    principal: Principal,
    theatres: readonly string[]
  ): RuleChange[] {
    const { operations } = this.#options
    const ids = rules.map(({ id }) => id)
    const duplicate = ids.findIndex((id, i) => ids.indexOf(id) < i)
    if (duplicate >= 0)
      throw makeRefusal(`/rules/${duplicate}/id`, `is a duplicate: ${ids[duplicate]}`)
    const changes = rules.map(({ id, ...ask }, i) => {
      if (ask.pattern === undefined) return this.#makeRemoval(principal, id, i, against)
      const rule = operations.findVersion(principal, id, ask as RuleAsk, `/rules/${i}`)
      operations.checkRetention(principal, rule, `/rules/${i}`, theatres)
      return rule
    })
    operations.checkNames(principal, changes, ruleId => `/rules/${ids.indexOf(ruleId)}`)
    return changes
  }

  /** A rule without a pattern is a withdrawal. */
  #makeRemoval(
    principal: Principal,
    id: string,
    i: number,
    against: PreviewBase = 'in-force'
  ): RuleChange {
    const isKnown = this.#options.operations.rulesFor(principal).some(({ ruleId }) => ruleId === id)
    if (isKnown && against === 'in-force') return { ruleId: id, removed: true }
    const lack =
      against === 'in-force'
        ? `there is no rule ${id} to withdraw`
        : 'without a rule there is nothing to look for'
    throw makeRefusal(`/rules/${i}/pattern`, `is missing, and ${lack}`)
  }

  #listTheatres({ theatres }: PreviewBody, principal: Principal): readonly string[] {
    const known = [...this.#options.control.state.theatres.keys()].filter(
      id => id !== unassignedTheatre && mayReadTheatre(principal, id)
    )
    for (const id of theatres ?? [])
      if (!known.includes(id)) throw new ProblemError('not-found', `there is no theatre ${id}`)
    return theatres === undefined ? known : known.filter(id => theatres.includes(id))
  }
}

/** Ends a preview of the same key. Throws `too-many` for one of another. */
function replace(underway: Underway, { id }: Principal): Promise<void> {
  if (underway.principalId !== id)
    throw new ProblemError('too-many', 'another preview is running; only one runs at a time', {
      retryAfterS: 2
    })
  underway.isReplaced = true
  return underway.ended.promise
}

const tookTooLong = new ProblemError(
  'overloaded',
  'the preview took too long: preview fewer rules or theatres',
  { retryAfterS: 5 }
)
const wasReplaced = new ProblemError('too-many', 'a later preview of this key has ended this one', {
  retryAfterS: 1
})
const hasDisconnected = new ProblemError(
  'overloaded',
  'the client of this preview has disconnected',
  { retryAfterS: 1 }
)
/** Why a theatre stops when another one fails. */
const otherFailed = new ProblemError('overloaded', 'the preview of another theatre has failed', {
  retryAfterS: 1
})

function makeRefusal(pointer: string, detail: string): ProblemError {
  return new ProblemError('body-invalid', `${pointer} ${detail}`, { errors: [{ pointer, detail }] })
}

const outcomeByCode: { readonly [code in ProblemCode]?: PreviewOutcome } = {
  'body-invalid': 'refused',
  'action-refused': 'refused',
  'not-found': 'refused',
  'too-many': 'busy',
  overloaded: 'given-up'
}
