// Watches: declared, changed, handed over, deleted. HTTP is in watch-routes.ts; the domain decides
// whom a watch notifies.

import { mayUse, type Principal } from '@tocsin/auth/access/principal'
import { checkCount } from '@tocsin/auth/access/quota'
import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import { digest } from '@tocsin/contracts/json/digest'
import { bodyInvalid, forbidden, ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import {
  handOversKnownMax,
  type ShiftRecord,
  type WatchDeclared,
  type WatchRecord,
  watchShiftsMax
} from '@tocsin/contracts/record/control-record'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { Clock, Random } from '@tocsin/domain/ports'
import type { RecordPosition } from '@tocsin/event-log/port'
import type { ControlView } from '@tocsin/service/projection/control-view'
import { type ControlOperations, instantIn } from '../admin/control-operations.ts'
import { keyTaken } from '../alerts/request-headers.ts'
import { mayKnow, mayMarkWatch, usualHandling } from '../alerts/shared-access.ts'
import type { SharedKnowledge } from '../alerts/shared-knowledge.ts'
import type { SubscriptionOperations } from '../webhook/subscription-operations.ts'

export interface WatchOperationsDeps {
  readonly clock: Clock
  readonly random: Random
  readonly control: ControlView
  readonly shared: SharedKnowledge
  readonly operations: ControlOperations
  readonly subscriptions: SubscriptionOperations
}

export interface ShiftAsk {
  readonly officer: string
  readonly from: string
  readonly until: string
  readonly lines: readonly string[]
  readonly note?: string | null
}

export interface WatchAsk {
  readonly name?: string
  readonly shifts?: readonly ShiftAsk[]
  readonly handling?: Handling
}

export interface HandOverAsk {
  readonly officer: string
  /** The officer on the shift that ends; needed where several are on. */
  readonly relieves?: string
  readonly until: string
  readonly lines?: readonly string[]
  readonly note?: string | null
}

export interface WatchChanged {
  readonly watch: WatchRecord
  /** Null: it was done before, or there is no change. */
  readonly appended: RecordPosition | null
}

export const watchLimits = { total: 100, perKey: 25 }
/** Longest shift, and how long one that is over is stored, ms. */
const shiftMaxMs = 31 * 86_400_000
const shiftKeptMs = 31 * 86_400_000
/**
 * How far ahead one may begin, ms: ten years. A later one is a wrong year, and would stay in the
 * roster for ever.
 */
const shiftAheadMs = 3_653 * 86_400_000

export class WatchOperations {
  readonly #deps: WatchOperationsDeps

  constructor(deps: WatchOperationsDeps) {
    this.#deps = deps
  }

  /**
   * Declares a watch. Repeats with the same `retryKey` are one, until it is deleted: the answer is
   * its present state. Throws a ProblemError that names the field, `too-many`, and `header-invalid`
   * if the key was used for a watch of another name.
   */
  create(
    principal: Principal,
    ask: WatchAsk & { readonly name: string },
    retryKey: string | null
  ): Promise<WatchChanged> {
    return this.#inTurn(async () => {
      checkMayDeclare(principal)
      const watchId = this.#makeId(principal, retryKey)
      const earlier = this.#deps.control.state.watches.get(watchId)
      if (earlier !== undefined) {
        if (earlier.version > 1 || earlier.name === ask.name)
          return { watch: earlier, appended: null }
        throw keyTaken('was used for another watch: use a new key for another one')
      }
      this.#checkCount(principal)
      const { theatres, id: ownerKeyId } = principal
      const handling = findHandling(principal, ask.handling)
      const base = {
        ...{ watchId, ownerKeyId, theatres, handling },
        name: ask.name,
        lineMinutes: 5,
        shifts: [],
        version: 0
      }
      return this.#write(principal, base, ask)
    })
  }

  #makeId({ id }: Principal, retryKey: string | null): string {
    if (retryKey !== null) return `wat_${digest('watch', id, retryKey).slice(0, 24)}`
    return `wat_${Buffer.from(this.#deps.random.bytes(12)).toString('hex')}`
  }

  /**
   * Changes the given members; without an actual change there is no new version. `version`: the one
   * that the caller has seen. Throws `not-found`, `forbidden`, and `action-refused` if another
   * change came first.
   */
  change(principal: Principal, id: string, ask: WatchAsk, version: number): Promise<WatchChanged> {
    return this.#inTurn(async () => {
      const watch = this.#known(principal, id)
      this.#checkOwns(principal, watch)
      checkVersion(watch, version)
      const handling =
        ask.handling === undefined ? watch.handling : findHandling(principal, ask.handling)
      return this.#write(principal, { ...watch, handling }, ask)
    })
  }

  /**
   * Ends the shift that is on and begins the next one now. A repeat with the same `retryKey` of the
   * same caller does not hand over again: the answer is the present state of the watch, while the
   * hand-over is among the last that are known. Throws as `change`, and `header-invalid` if the key
   * was used for another hand-over; an officer may, within the watch's reach.
   */
  handOver(
    principal: Principal,
    id: string,
    ask: HandOverAsk,
    version: number,
    retryKey: string | null
  ): Promise<WatchChanged> {
    return this.#inTurn(async () => {
      const watch = this.#known(principal, id)
      if (!mayUse(principal, ['alerts:operate'])) this.#checkOwns(principal, watch)
      const mark = retryKey === null ? null : makeMark(principal, id, { ...ask, version }, retryKey)
      const earlier =
        mark === null ? undefined : watch.knownRequests?.find(each => each.id === mark.id)
      if (earlier !== undefined && earlier.asked === mark?.asked) return { watch, appended: null }
      if (earlier !== undefined)
        throw keyTaken('was used for another hand-over: use a new key for another one')
      checkVersion(watch, version)
      const from = new Date(this.#deps.clock.nowMs()).toISOString()
      const until = instantIn('/until', ask.until)
      const relieved = relievedAmong(
        watch.shifts.filter(each => each.from <= from && from < each.until),
        ask.relieves
      )
      // Who comes early or is named as planned must not be on twice.
      const planned = watch.shifts.filter(
        each => each.officer === ask.officer && from < each.from && each.from < until
      )
      const lines =
        ask.lines ??
        planned[0]?.lines ??
        relieved[0]?.lines ??
        this.#linesLeftBy(lastOver(watch.shifts, from), id)
      if (lines === undefined)
        throw bodyInvalid('/lines', 'is required: nobody is or was on whose lines could be kept')
      const begun = { officer: ask.officer, from, until, lines, note: ask.note ?? null }
      const ended = watch.shifts.flatMap(each => {
        if (relieved.includes(each)) return each.from === from ? [] : [{ ...each, until: from }]
        if (!planned.includes(each)) return [each]
        return each.until <= until ? [] : [{ ...each, from: until }]
      })
      const known =
        mark === null
          ? {}
          : { knownRequests: [...(watch.knownRequests ?? []), mark].slice(-handOversKnownMax) }
      const handOver = { from: relieved[0]?.officer ?? null, to: ask.officer }
      const next = { shifts: withRoomFor([...ended, begun], from) }
      return this.#write(principal, { ...watch, ...known, shifts: ended }, next, handOver)
    })
  }

  /** Those of a shift that follow the watch still; undefined if none do. */
  #linesLeftBy(shift: ShiftRecord | undefined, watchId: string): readonly string[] | undefined {
    const { subscriptions } = this.#deps.control.state
    const left =
      shift?.lines.filter(line => subscriptions.get(line)?.policy?.watch === watchId) ?? []
    return left.length === 0 ? undefined : left
  }

  /** `version`: the one that the caller has seen, null for any. Throws as `change` does. */
  withdraw(principal: Principal, id: string, version: number | null): Promise<RecordPosition> {
    return this.#inTurn(async () => {
      const watch = this.#known(principal, id)
      this.#checkOwns(principal, watch)
      if (version !== null) checkVersion(watch, version)
      return this.#deps.operations.write(
        { type: 'watch.withdrawn', data: { watchId: id } },
        principal
      )
    })
  }

  /** Those that the caller may know of. */
  list(principal: Principal): readonly WatchRecord[] {
    return [...this.#deps.control.state.watches.values()].filter(each => mayKnow(principal, each))
  }

  async find(principal: Principal, id: string): Promise<WatchRecord> {
    await this.#deps.shared.find(['control'], () => this.#deps.control.state.watches.get(id))
    return this.#known(principal, id)
  }

  #known(principal: Principal, id: string): WatchRecord {
    const known = this.#deps.control.state.watches.get(id)
    if (!mayKnow(principal, known)) throw new ProblemError('not-found', 'There is no such watch.')
    return known
  }

  /** Who declared it, and administrators. Officers may hand it over as well. */
  mayChange(principal: Principal, { ownerKeyId }: Pick<WatchRecord, 'ownerKeyId'>): boolean {
    return principal.scopes.has('admin') || principal.id === ownerKeyId
  }

  #checkOwns(principal: Principal, watch: WatchRecord): void {
    if (this.mayChange(principal, watch)) return
    throw forbidden(
      'Only who declared the watch, or an administrator, may change it. An officer may hand it over.'
    )
  }

  /** `handOver`: present for a hand-over, which has no list of shifts in its body. */
  async #write(
    principal: Principal,
    before: WatchRecord,
    ask: WatchAsk,
    handOver?: WatchDeclared['handOver']
  ): Promise<WatchChanged> {
    const { control, operations, clock } = this.#deps
    // Where a refused line is in the body.
    const at = handOver === undefined ? undefined : '/'
    const shifts = (ask.shifts ?? before.shifts).map((each, i) =>
      makeShift(each, at ?? `/shifts/${i}/`)
    )
    if (at === undefined && shifts.length > watchShiftsMax)
      throw bodyInvalid('/shifts', `must be at most ${watchShiftsMax}`)
    const known = new Set(before.shifts.flatMap(({ lines }) => lines))
    shifts.forEach(({ lines }, i) => {
      lines.forEach((line, n) => {
        if (known.has(line) || this.#mayName(principal, before.watchId, line)) return
        throw bodyInvalid(
          `${at ?? `/shifts/${i}/`}lines/${n}`,
          'must be a subscription that you manage, or that follows the watch'
        )
      })
    })
    const isNew = (shift: ShiftRecord) => !before.shifts.some(known => isSameShift(known, shift))
    const aheadTo = new Date(clock.nowMs() + shiftAheadMs).toISOString()
    const far = shifts.findIndex(each => each.from > aheadTo && isNew(each))
    if (far >= 0)
      throw bodyInvalid(`${at ?? `/shifts/${far}/`}from`, 'must be within ten years from now')
    const keptFrom = new Date(clock.nowMs() - shiftKeptMs).toISOString()
    const past = shifts.findIndex(each => each.until <= keptFrom && isNew(each))
    if (past >= 0)
      throw bodyInvalid(
        `${at ?? `/shifts/${past}/`}until`,
        'was more than 31 days ago: such a shift is not kept'
      )
    const kept = shifts.filter(({ until }) => until > keptFrom)
    const watch: WatchRecord = {
      ...before,
      ...(ask.name === undefined ? {} : { name: ask.name }),
      shifts: kept,
      version: before.version + 1
    }
    const earlier = control.state.watches.get(before.watchId)
    if (
      earlier !== undefined &&
      toCanonicalJson({ ...watch, version: earlier.version }) === toCanonicalJson(earlier)
    )
      return { watch: earlier, appended: null }
    const data = handOver === undefined ? watch : { ...watch, handOver }
    const appended = await operations.write({ type: 'watch.declared', data }, principal)
    const standing = control.state.watches.get(watch.watchId)
    if (standing === undefined || toCanonicalJson(standing) !== toCanonicalJson(watch))
      throw refused()
    return { watch, appended }
  }

  #mayName(principal: Principal, watchId: string, line: string): boolean {
    const follows = this.#deps.control.state.subscriptions.get(line)?.policy?.watch === watchId
    return follows || this.#deps.subscriptions.known(principal, line) !== undefined
  }

  #checkCount(principal: Principal): void {
    const { watches } = this.#deps.control.state
    checkCount(principal, 'watches', watchLimits, watches.values())
  }

  #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const { operations, shared } = this.#deps
    return operations.inTurn(async () => {
      await shared.learn('control')
      return step()
    })
  }
}

/** Identifies a repeated hand-over. The record reveals neither the key nor who used it. */
function makeMark(
  { id }: Principal,
  watchId: string,
  ask: HandOverAsk & { readonly version: number },
  retryKey: string
) {
  return { id: digest('hand-over', id, watchId, retryKey), asked: digest(toCanonicalJson(ask)) }
}

/**
 * The shifts that end. Throws if several officers are on and none is named, or if the named one is
 * not on.
 */
function relievedAmong(
  on: readonly ShiftRecord[],
  relieves: string | undefined
): readonly ShiftRecord[] {
  const names = [...new Set(on.map(({ officer }) => officer))]
  const known =
    names.length === 0
      ? 'nobody is on'
      : `on are ${names.map(name => JSON.stringify(name)).join(', ')}`
  if (relieves === undefined && names.length > 1)
    throw bodyInvalid('/relieves', `is required, to name who is relieved: ${known}`)
  const relieved = relieves === undefined ? on : on.filter(({ officer }) => officer === relieves)
  if (relieves !== undefined && relieved.length === 0)
    throw bodyInvalid('/relieves', `must be an officer who is on: ${known}`)
  return relieved
}

/** A hand-over never fails for want of room: of the shifts that are over the oldest make it. */
function withRoomFor(shifts: readonly ShiftAsk[], now: string): readonly ShiftAsk[] {
  const gone = new Set(
    overBefore(shifts, now).slice(0, Math.max(0, shifts.length - watchShiftsMax))
  )
  return shifts.filter(each => !gone.has(each))
}

/**
 * The shift that ended last before a time: whoever takes over an unstaffed watch takes over from
 * them.
 */
function lastOver(shifts: readonly ShiftRecord[], now: string): ShiftRecord | undefined {
  return overBefore(shifts, now).at(-1)
}

/** Shifts that ended by a moment, the one that ended last at the end. */
function overBefore<S extends Pick<ShiftRecord, 'until'>>(
  shifts: readonly S[],
  now: string
): readonly S[] {
  return shifts.filter(({ until }) => until <= now).toSorted((a, b) => (a.until < b.until ? -1 : 1))
}

function isSameShift(a: ShiftRecord, b: ShiftRecord): boolean {
  return a.officer === b.officer && a.from === b.from && a.until === b.until
}

function makeShift(ask: ShiftAsk, at: string): ShiftRecord {
  const [from, until] = [instantIn(`${at}from`, ask.from), instantIn(`${at}until`, ask.until)]
  if (until <= from) throw bodyInvalid(`${at}until`, 'must be after its beginning')
  if (Date.parse(until) - Date.parse(from) > shiftMaxMs)
    throw bodyInvalid(`${at}until`, 'must be within 31 days of its beginning')
  return { officer: ask.officer, from, until, lines: ask.lines, note: ask.note ?? null }
}

function checkMayDeclare(principal: Principal): void {
  if (!mayUse(principal, ['subscriptions:manage']))
    throw forbidden('A watch is declared with subscriptions:manage or admin.')
}

function checkVersion({ version }: WatchRecord, seen: number): void {
  if (version !== seen) throw refused()
}

function findHandling(principal: Principal, asked: Handling = usualHandling): Handling {
  if (!mayMarkWatch(principal, asked))
    throw forbidden('A watch may not reach above the handling of the key that declares it.')
  return asked
}

function refused(): ProblemError {
  return new ProblemError(
    'action-refused',
    'Another change of the watch came first. Read it again.'
  )
}
