// Silences: made, ended, and who may know them. HTTP is in silence-routes.ts; the domain decides
// what a silence delays.

import { reaches } from '@tocsin/auth/access/authority'
import { holdsToken, mayUse, type Principal, seesAll } from '@tocsin/auth/access/principal'
import { checkCount } from '@tocsin/auth/access/quota'
import type { AlertState } from '@tocsin/contracts/alert/alert'
import { type AlertFilter, parseFilter } from '@tocsin/contracts/alert/alert-filter'
import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import { digest } from '@tocsin/contracts/json/digest'
import { bodyInvalid, forbidden, ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { SilenceRecord } from '@tocsin/contracts/record/control-record'
import { type Handling, maySee } from '@tocsin/contracts/theatre/handling'
import type { Clock, Random } from '@tocsin/domain/ports'
import type { RecordPosition } from '@tocsin/event-log/port'
import {
  computeEnd,
  computeStanding,
  type SilenceState
} from '@tocsin/service/control/silence-state'
import type { ControlView } from '@tocsin/service/projection/control-view'
import { type ControlOperations, instantIn } from '../admin/control-operations.ts'
import { refusedReader, staleProblem } from '../alerts/action-refusals.ts'
import type { AlertIndex } from '../alerts/alert-index.ts'
import { askedFilter } from '../alerts/asked-filter.ts'
import { isTheatreInView, makeView } from '../alerts/reader-view.ts'
import { shownTo } from '../alerts/record-judging.ts'
import { headerInvalid, keyTaken } from '../alerts/request-headers.ts'
import type { SharedKnowledge } from '../alerts/shared-knowledge.ts'
import { holdsBack, silenceMaxMs } from '../notification/silence.ts'
import { SilenceBook } from '../notification/silence-book.ts'
import type { SubscriptionOperations } from '../webhook/subscription-operations.ts'

export interface SilenceOperationsDeps {
  readonly clock: Clock
  readonly random: Random
  readonly control: ControlView
  readonly shared: SharedKnowledge
  readonly operations: ControlOperations
  readonly subscriptions: SubscriptionOperations
  readonly alerts: AlertIndex
}

export interface SilenceAsk {
  readonly reason: string
  readonly alertId?: string | null
  readonly subscriptionId?: string | null
  readonly filter?: unknown
  readonly startsAt?: string
  readonly endsAt?: string
  readonly minutes?: number
  readonly includesExtreme?: boolean
  readonly handling?: Handling
}

export interface SilenceMade {
  readonly silence: SilenceState
  /** Null: it was made before. */
  readonly appended: RecordPosition | null
}

/** Silences that are not over: each is asked at each decision. */
export const silenceLimits = { total: 500, perKey: 100 }
/**
 * With a token of an identity provider it lasts no longer: later it is uncertain whether the
 * provider still knows the token's user.
 */
export const tokenSilenceMaxMs = 86_400_000

export class SilenceOperations {
  readonly #deps: SilenceOperationsDeps
  readonly #book: SilenceBook

  constructor(deps: SilenceOperationsDeps) {
    this.#deps = deps
    this.#book = new SilenceBook(deps)
  }

  /** Number of active silences. */
  get holdingCount(): number {
    return this.#book.holding().length
  }

  /**
   * Makes a silence. Repeats with the same `retryKey` are one, for as long as that is known. Throws
   * a ProblemError that names the field, `forbidden` beyond the caller's rights, `not-found` for an
   * alert or a subscription that the caller may not know, `header-invalid` if the key was used for
   * another silence, `action-refused` if the one that it made is over or the alert is no longer at
   * the `operatorRevision` that was seen, and `too-many`. `seen` null: any revision of the alert.
   */
  create(
    principal: Principal,
    ask: SilenceAsk,
    retryKey: string | null,
    seen: number | null
  ): Promise<SilenceMade> {
    const { control, shared, operations } = this.#deps
    return operations.inTurn(async () => {
      await shared.learn('control')
      const silenceId = this.#makeId(principal, retryKey)
      const earlier = control.state.silences.get(silenceId)
      if (earlier !== undefined)
        return { silence: this.#notOver(sameAs(earlier, ask)), appended: null }
      const span = this.#makeSpan(principal, ask)
      const filter = makeFilter(ask.filter ?? {})
      const { alertId = null, subscriptionId = null, includesExtreme = false } = ask
      if (alertId === null && subscriptionId === null && Object.keys(filter).length === 0)
        throw bodyInvalid(
          '/filter',
          'must name something: name an alert, a subscription, or a part of a filter'
        )
      if (subscriptionId !== null) await this.#checkSubscription(principal, subscriptionId)
      const marked = alertId === null ? null : await this.#findAlert(principal, alertId)
      checkMay(principal, { alertId, subscriptionId, includesExtreme })
      if (seen !== null) this.#checkSeen(principal, alertId, seen)
      this.#checkCount(principal)
      const handling = findHandling(principal, ask.handling, marked?.handling ?? 'internal')
      // Below its alert's handling it would delay no alert, and be shown to readers who may not see
      // that alert.
      if (marked !== null && !maySee(handling, marked.handling))
        throw bodyInvalid(
          '/handling',
          `must be at least ${marked.handling}, as that of the alert is`
        )
      const record: SilenceRecord = {
        silenceId,
        ...{
          filter: { ...filter },
          alertId,
          subscriptionId,
          ...span,
          includesExtreme,
          reason: ask.reason
        },
        ownerKeyId: principal.id,
        theatres: marked === null ? principal.theatres : [marked.theatre],
        handling
      }
      const appended = await operations.write({ type: 'silence.created', data: record }, principal)
      // The key may have been used at another instance at the same time: the first in the log is
      // the silence.
      return {
        silence: sameAs(control.state.silences.get(silenceId) as SilenceState, ask),
        appended
      }
    })
  }

  /** A caller who asks again, hours after a lost answer, would believe it active. */
  #notOver(silence: SilenceState): SilenceState {
    if (computeStanding(silence, this.#deps.clock.nowMs()) !== 'over') return silence
    throw new ProblemError(
      'action-refused',
      `This silence was made before, and is over since ${computeEnd(silence)}: it silences nothing now. Ask again, under a new Idempotency-Key, for another one.`
    )
  }

  #makeId({ id }: Principal, retryKey: string | null): string {
    if (retryKey !== null) return `sil_${digest('silence', id, retryKey).slice(0, 24)}`
    return `sil_${Buffer.from(this.#deps.random.bytes(12)).toString('hex')}`
  }

  /** Ends a silence now; null if it is over. Throws `not-found` as `find` does. */
  end(principal: Principal, id: string): Promise<RecordPosition | null> {
    const { shared, operations, clock } = this.#deps
    return operations.inTurn(async () => {
      await shared.learn('control')
      const silence = await this.find(principal, id)
      if (computeStanding(silence, clock.nowMs()) === 'over') return null
      return operations.write({ type: 'silence.ended', data: { silenceId: id } }, principal)
    })
  }

  /** Throws `not-found` if there is none, or the caller may not know that it exists. */
  async find(principal: Principal, id: string): Promise<SilenceState> {
    const found = await this.#deps.shared.find(['control'], () => this.known(principal, id))
    if (found === undefined) throw new ProblemError('not-found', 'There is no such silence.')
    return found
  }

  /**
   * A silence by its id as it is known here; undefined: there is none, or the caller may not know
   * it.
   */
  known(principal: Principal, id: string): SilenceState | undefined {
    const known = this.#deps.control.state.silences.get(id)
    return known !== undefined && this.mayKnow(principal, known) ? known : undefined
  }

  /**
   * The silences that match an alert now and that the caller may see. `states`: the alert as the
   * notified readers see it.
   */
  over(principal: Principal, states: readonly AlertState[]): readonly SilenceState[] {
    return this.#book.holding().flatMap(each => {
      const isOver = states.some(facts => holdsBack(each, { alertId: facts.alertId, facts }))
      return isOver ? (this.known(principal, each.silenceId) ?? []) : []
    })
  }

  /** Those that the caller may know of, the newest first. */
  list(principal: Principal): readonly SilenceState[] {
    return [...this.#deps.control.state.silences.values()]
      .filter(each => this.mayKnow(principal, each))
      .reverse()
  }

  /**
   * Its author; officers and administrators within its theatres and handling, who may see its alert
   * if it is for one; and whoever manages the only subscription that it is for, who may end it:
   * others must not be able to block its notifications.
   */
  mayKnow(principal: Principal, silence: SilenceState): boolean {
    const isOwn = principal.id === silence.ownerKeyId && reaches(principal, silence)
    return isOwn || this.mayReadWords(principal, silence) || this.#isTheirs(principal, silence)
  }

  /** Whether the caller may read who made it, why, and exactly what it delays. */
  mayReadWords(principal: Principal, silence: SilenceState): boolean {
    if (!reaches(principal, silence)) return false
    if (silence.alertId !== null && !this.isInView(principal, silence.alertId)) return false
    return (
      principal.id === silence.ownerKeyId ||
      mayUse(principal, ['alerts:operate']) ||
      this.#isTheirs(principal, silence)
    )
  }

  /**
   * Whether the caller may see an alert as it is now. One that is forgotten is in the view of who
   * sees everything alone.
   */
  isInView(principal: Principal, alertId: string): boolean {
    return seesAll(principal) || this.#makeOutline(principal, alertId) !== null
  }

  #makeOutline(principal: Principal, alertId: string): AlertState | null {
    const view = makeView(principal)
    const entry = this.#deps.alerts.get(alertId)
    return entry !== undefined && isTheatreInView(view, entry.theatre)
      ? entry.stateAt(view.handling)
      : null
  }

  #isTheirs(principal: Principal, { subscriptionId }: SilenceState): boolean {
    return (
      subscriptionId !== null &&
      this.#deps.subscriptions.known(principal, subscriptionId) !== undefined
    )
  }

  #makeSpan(principal: Principal, ask: SilenceAsk): Pick<SilenceRecord, 'startsAt' | 'endsAt'> {
    const nowMs = this.#deps.clock.nowMs()
    const startsMs =
      ask.startsAt === undefined ? nowMs : Date.parse(instantIn('/startsAt', ask.startsAt))
    if (startsMs < nowMs - pastSlackMs) throw bodyInvalid('/startsAt', 'must not be in the past')
    if (startsMs > nowMs + silenceMaxMs)
      throw bodyInvalid('/startsAt', `must be within ${days(silenceMaxMs)}`)
    if ((ask.endsAt === undefined) === (ask.minutes === undefined))
      throw bodyInvalid(
        '/endsAt',
        'or minutes is required, but not both: no silence lasts until somebody remembers it'
      )
    const endsMs =
      ask.endsAt === undefined
        ? startsMs + (ask.minutes ?? 0) * 60_000
        : Date.parse(instantIn('/endsAt', ask.endsAt))
    const pointer = ask.endsAt === undefined ? '/minutes' : '/endsAt'
    if (endsMs <= Math.max(nowMs, startsMs))
      throw bodyInvalid(pointer, 'must end after it begins, and not in the past')
    const mostMs = holdsToken(principal) ? tokenSilenceMaxMs : silenceMaxMs
    if (endsMs - nowMs > mostMs)
      throw bodyInvalid(pointer, `must end within ${days(mostMs)} from now`)
    return { startsAt: new Date(startsMs).toISOString(), endsAt: new Date(endsMs).toISOString() }
  }

  /**
   * Only a subscription with a policy can be silenced: a silence for another would be believed, and
   * have no effect.
   */
  async #checkSubscription(principal: Principal, id: string): Promise<void> {
    const { policy, order } = await this.#deps.subscriptions.find(principal, id)
    if (policy === undefined || policy === null || order === 'strict')
      throw new ProblemError(
        'action-refused',
        'The subscription has no policy: a silence would not hold there. Give it one first.'
      )
  }

  async #findAlert(
    principal: Principal,
    alertId: string
  ): Promise<{ readonly theatre: string; readonly handling: Handling }> {
    const mayRead = mayUse(principal, ['alerts:read', 'alerts:operate'])
    const look = () => this.#makeOutline(principal, alertId) ?? undefined
    const found = mayRead ? await this.#deps.shared.find(['alerts'], look) : undefined
    if (found === undefined) throw noAlert()
    return found
  }

  /** Whoever silences an alert that escalated meanwhile would silence what they have not seen. */
  #checkSeen(principal: Principal, alertId: string | null, seen: number): void {
    if (alertId === null) throw headerInvalid('if-match', 'is for a silence of one alert')
    const { alerts } = this.#deps
    const view = makeView(principal)
    const entry = alerts.get(alertId)
    const operatorRevision =
      entry === undefined ? undefined : shownTo(view, entry)?.state.operatorRevision
    if (entry === undefined || operatorRevision === undefined) throw noAlert()
    if (operatorRevision !== seen)
      throw staleProblem({ entry, operatorRevision }, refusedReader({ alerts }, view))
  }

  #checkCount(principal: Principal): void {
    const nowMs = this.#deps.clock.nowMs()
    const { silences } = this.#deps.control.state
    const standing = [...silences.values()].filter(each => computeStanding(each, nowMs) !== 'over')
    checkCount(principal, 'silences', silenceLimits, standing)
  }
}

/** The silence, if it is the one that is asked for. Throws `header-invalid` if not. */
function sameAs(known: SilenceState, ask: SilenceAsk): SilenceState {
  const {
    alertId = null,
    subscriptionId = null,
    includesExtreme = false,
    minutes,
    startsAt,
    endsAt,
    handling
  } = ask
  const lastsMs = Date.parse(known.endsAt) - Date.parse(known.startsAt)
  const isSame =
    known.reason === ask.reason &&
    known.alertId === alertId &&
    known.subscriptionId === subscriptionId &&
    known.includesExtreme === includesExtreme &&
    toCanonicalJson(known.filter) === toCanonicalJson({ ...makeFilter(ask.filter ?? {}) }) &&
    (handling === undefined || known.handling === handling) &&
    (minutes === undefined || lastsMs === minutes * 60_000) &&
    (startsAt === undefined || Date.parse(known.startsAt) === Date.parse(startsAt)) &&
    (endsAt === undefined || Date.parse(known.endsAt) === Date.parse(endsAt))
  if (isSame) return known
  throw keyTaken('was used for another silence: use a new key for another one')
}

/** A request takes its time. */
const pastSlackMs = 60_000

/**
 * Whoever silences others decides that they are not notified. For one subscription that is its
 * manager; for all, an officer for one alert, and an administrator for more, or for extreme alerts.
 */
function checkMay(
  principal: Principal,
  {
    alertId,
    subscriptionId,
    includesExtreme
  }: Pick<SilenceRecord, 'alertId' | 'subscriptionId' | 'includesExtreme'>
): void {
  const mayOperate = mayUse(principal, ['alerts:operate'])
  if (subscriptionId !== null || principal.scopes.has('admin')) return
  if (alertId === null || !mayOperate)
    throw forbidden(
      'A silence for every subscription needs an alert and alerts:operate, or admin. Name a subscription of yours.'
    )
  if (includesExtreme)
    throw forbidden('A silence for every subscription that includes what is extreme needs admin.')
}

/** The most that it delays, and who may know it. */
function findHandling(
  principal: Principal,
  asked: Handling | undefined,
  usual: Handling
): Handling {
  if (asked === undefined) return maySee(principal.handling, usual) ? usual : principal.handling
  if (!maySee(principal.handling, asked))
    throw forbidden('A silence may not reach above the handling of the key that makes it.')
  return asked
}

function makeFilter(value: unknown): AlertFilter {
  const parsed = askedFilter(parseFilter(value))
  if (parsed.ok) return parsed.filter
  const errors = parsed.errors.map(({ pointer, detail }) => ({
    pointer: `/filter${pointer}`,
    detail
  }))
  throw new ProblemError('body-invalid', 'The filter is invalid.', { errors })
}

function days(ms: number): string {
  return ms === 86_400_000 ? 'a day' : `${ms / 86_400_000} days`
}

function noAlert(): ProblemError {
  return new ProblemError('not-found', 'There is no such alert.')
}
