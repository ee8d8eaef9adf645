// Administration of theatres, sources and ticks, written as records of the control log. Validation
// is here, HTTP in control-routes.ts, keys in key-operations.ts.

import { getAuthor, type Principal } from '@tocsin/auth/access/principal'
import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import { digest } from '@tocsin/contracts/json/digest'
import { bodyInvalid, ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { ControlPayload, SourceDeclaration } from '@tocsin/contracts/record/control-record'
import { encodeRecord, withAuthor } from '@tocsin/contracts/record/records'
import { isCountryCode } from '@tocsin/contracts/report/iso-3166-1'
import { readMoment } from '@tocsin/contracts/report/moments'
import { defaultRetentionDays } from '@tocsin/contracts/theatre/retention'
import {
  beforeAllTime,
  type TheatreConfig,
  unassignedTheatre,
  worldTheatre
} from '@tocsin/contracts/theatre/theatre-record'
import { dayMs, formatTime, minuteMs } from '@tocsin/domain/space-time/event-time'
import { findTheatreRetentionFault } from '@tocsin/engine/theatre/rule-retention'
import type { RecordPosition } from '@tocsin/event-log/port'
import { retry } from '@tocsin/event-log/retry'
import { topics } from '@tocsin/event-log/topics'
import type { Tick } from '@tocsin/read-model/theatres/theatre-clocks'
import type { ControlState } from '@tocsin/service/control/control-state'
import { readWaitMs } from '@tocsin/service/projection/read-positions'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import { judgeClock } from '@tocsin/service/theatre/clock-standing'
import { sharedGround } from '@tocsin/service/theatre/theatre-overlap'
import type { Projection } from '../alerts/projection.ts'
import { checkSeen, computeContentVersion } from '../alerts/seen-version.ts'
import type { SharedKnowledge } from '../alerts/shared-knowledge.ts'
import { checkAllTheatres, checkGround, checkTheatreChange } from './admin-reach.ts'
import { countLeftOutside, type LeftOutside } from './left-outside.ts'
import { readRings } from './theatre-area.ts'

export interface ControlOperationsDeps
  extends Pick<ServiceDeps, 'log' | 'clock' | 'random' | 'control'> {
  readonly projection: Projection
  readonly shared: SharedKnowledge
  readonly limits: { readonly theatresMax: number; readonly sourcesMax: number }
}

export interface TheatreAsk
  extends Partial<Pick<TheatreConfig, 'countries' | 'clock' | 'retentionDays'>> {
  readonly polygon?: unknown
}

export interface TimeAsk {
  /** ISO 8601. Defaults to now for a theatre on the wall clock. */
  readonly to?: string
  readonly reason: string
}

/** `appended` is null if no record was needed. */
export interface Written<T> {
  readonly value: T
  readonly appended: RecordPosition | null
}

/** A larger step of a replay needs an explicit `leap`: a mistyped tick cannot be undone. Days. */
const replayLeapDaysMax = 400

export class ControlOperations {
  readonly #deps: ControlOperationsDeps
  /**
   * Serialises check and write: without this, two overlapping theatres could be declared
   * concurrently.
   */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(deps: ControlOperationsDeps) {
    this.#deps = deps
  }

  /**
   * Creates or updates a theatre. `seen`: the version that the caller has seen; null: any version.
   * Throws a ProblemError that names the field, `forbidden` if it is beyond the principal's
   * theatres, or `action-refused` if another change came first.
   */
  async putTheatre(
    principal: Principal,
    id: string,
    ask: TheatreAsk,
    seen: number | null = null
  ): Promise<
    Written<TheatreConfig> & { readonly isNew: boolean; readonly leavesOutside: LeftOutside | null }
  > {
    checkTheatreChange(principal, id)
    return this.change(async () => {
      const { control, limits, log } = this.#deps
      const { theatres } = control.state
      const before = [...theatres.values()]
      const known = theatres.get(id)
      checkContentSeen(known, seen)
      if (known === undefined && theatres.size >= limits.theatresMax)
        throw new ProblemError(
          'too-many',
          `There are already ${theatres.size} theatres, which is the limit.`
        )
      const wanted = findTheatre(id, ask, known)
      checkGround(principal, wanted, known)
      checkOverlap(wanted, [...theatres.values()])
      checkRetention(wanted, known, control.state)
      const isSame = known !== undefined && toCanonicalJson(known) === toCanonicalJson(wanted)
      const appended = isSame
        ? null
        : await this.write({ type: 'theatre.declared', data: wanted }, principal)
      this.#checkStands(wanted)
      const leavesOutside = isSame
        ? null
        : await countLeftOutside(
            log,
            { before, after: [...control.state.theatres.values()] },
            theatre => this.#nowIn(theatre)
          )
      return { value: wanted, appended, isNew: known === undefined, leavesOutside }
    })
  }

  /**
   * Creates or updates a source. An omitted list of reporters leaves the restriction unchanged.
   * `seen`: as for a theatre. Throws `forbidden` unless the principal covers all theatres: a source
   * has the same rating in each.
   */
  async putSource(
    principal: Principal,
    asked: SourceDeclaration,
    seen: number | null = null
  ): Promise<Written<SourceDeclaration> & { readonly isNew: boolean }> {
    checkAllTheatres(principal)
    return this.change(async () => {
      const { control, limits } = this.#deps
      const { sources } = control.state
      const known = sources.get(asked.id)
      checkContentSeen(known, seen)
      // No stored list and an explicit null both mean that the source is open to all.
      const isSaid =
        asked.reporters !== undefined &&
        !(asked.reporters === null && known?.reporters === undefined)
      const reporters = isSaid ? asked.reporters : known?.reporters
      const { reporters: _asked, ...judged } = asked
      const source = reporters === undefined ? judged : { ...judged, reporters }
      if (known === undefined && sources.size >= limits.sourcesMax)
        throw new ProblemError(
          'too-many',
          `There are already ${sources.size} sources, which is the limit.`
        )
      const isSame = known !== undefined && toCanonicalJson(known) === toCanonicalJson(source)
      const appended = isSame
        ? null
        : await this.write({ type: 'source.declared', data: source }, principal)
      return { value: source, appended, isNew: known === undefined }
    })
  }

  /**
   * Advances a replay theatre and resolves with the tick once it is in the theatre's log. Throws
   * ProblemError `tick-refused` if the time is not later than the last tick, `projection-behind` if
   * the theatre's owner did not process it in time (safe to repeat), and `forbidden` for a theatre
   * outside the principal's reach. `leap` allows any distance.
   */
  async tick(principal: Principal, theatre: string, to: string, leap = false): Promise<Tick> {
    const { control, projection } = this.#deps
    if ((await this.#findClock(principal, theatre)) !== 'replay')
      throw new ProblemError('tick-refused', 'Only a theatre with a replay clock accepts ticks.')
    const at = computeMinute(to)
    const last = projection.clocks.lastTick(theatre)
    if (last !== null && at <= last.to)
      throw tickRefused(`The theatre's time is ${last.to} already.`, last.to)
    const leapDays =
      last === null || last.to === beforeAllTime
        ? 0
        : (Date.parse(at) - Date.parse(last.to)) / dayMs
    if (leapDays > replayLeapDaysMax && !leap) {
      const detail = `${at} is ${Math.round(leapDays)} days after the theatre's time, ${last?.to}: send "leap": true if a step of more than ${replayLeapDaysMax} days is intended.`
      throw tickRefused(detail, last?.to ?? null)
    }
    const word = control.state.timesSet.get(theatre)
    const id =
      word === undefined
        ? digest('tick-requested', theatre, at)
        : digest('tick-requested', theatre, at, word)
    await this.write({ type: 'theatre.tick-requested', data: { theatre, to: at } }, principal, id)
    return this.#awaitTick(
      theatre,
      () => (projection.clocks.lastTick(theatre)?.to ?? '') >= at,
      'The theatre has not processed the tick yet. Try again.'
    )
  }

  /**
   * Sets the time of a theatre, backward or forward, by an officer's decision, and resolves once
   * that is in the theatre's log. On the wall clock the time defaults to now and may only be
   * earlier. Throws ProblemError as `tick` does, and `tick-refused` for a time ahead of this
   * machine's clock.
   */
  async setTime(principal: Principal, theatre: string, { to, reason }: TimeAsk): Promise<Tick> {
    const { projection, clock } = this.#deps
    const kind = await this.#findClock(principal, theatre)
    const wallNow = formatTime(Math.floor(clock.nowMs() / minuteMs) * minuteMs)
    if (kind === 'replay' && to === undefined)
      throw bodyInvalid('/to', 'is required of a replay theatre')
    const at = to === undefined ? wallNow : computeMinute(to)
    if (kind === 'wall' && at > wallNow)
      throw tickRefused(`The clock of this machine shows ${wallNow}. Correct it first.`, wallNow)
    if (kind === 'wall' && judgeClock(clock.nowMs(), Date.parse(at)).kind !== 'right')
      throw tickRefused(
        `${at} is ahead of the clock of this machine, ${wallNow}: the theatre would get no ticks.`,
        wallNow
      )
    const before = projection.clocks.timesSet(theatre)
    const by = `${principal.name} (${principal.id})`
    await this.write({ type: 'theatre.time-set', data: { theatre, to: at, by, reason } }, principal)
    return this.#awaitTick(
      theatre,
      () => projection.clocks.timesSet(theatre) > before,
      'The new time is stored, but the theatre has not applied it yet. Check its time before trying again.'
    )
  }

  async #findClock(principal: Principal, theatre: string): Promise<TheatreConfig['clock']> {
    checkTheatreChange(principal, theatre)
    await this.#deps.shared.learn('control', 'incidents')
    const config = this.#deps.control.state.theatres.get(theatre)
    if (config === undefined) throw new ProblemError('not-found', `There is no theatre ${theatre}.`)
    return config.clock
  }

  async #awaitTick(theatre: string, isTaken: () => boolean, late: string): Promise<Tick> {
    const { clocks, views } = this.#deps.projection
    const tick = (await views.incidents.until(isTaken, readWaitMs))
      ? clocks.lastTick(theatre)
      : null
    if (tick === null) throw new ProblemError('projection-behind', late, { retryAfterS: 1 })
    return tick
  }

  /**
   * Appends to the control log and resolves once this process has folded the record. `id` makes
   * repeats harmless. Rejects with an EventLogError if the append failed, with `too-many` if the
   * key has no room for it, and with `projection-behind` if the record is durable but not yet
   * folded.
   */
  async write(payload: ControlPayload, by: Principal, id?: string): Promise<RecordPosition> {
    const { appended, isFolded } = await this.append(payload, by, id)
    if (isFolded) return appended
    throw new ProblemError('projection-behind', 'The change is stored but not folded yet.', {
      retryAfterS: 1
    })
  }

  /**
   * Like `write`, but reports a late fold instead of rejecting, for answers that must be given
   * anyway. `by` null: the suite itself.
   */
  async append(
    payload: ControlPayload,
    by: Principal | null,
    id = Buffer.from(this.#deps.random.bytes(16)).toString('hex')
  ): Promise<{ readonly appended: RecordPosition; readonly isFolded: boolean }> {
    const { log, clock, control } = this.#deps
    const time = new Date(clock.nowMs()).toISOString()
    const author = by === null ? {} : withAuthor(getAuthor(by))
    const record = {
      ...{ id, key: 'control' },
      value: encodeRecord({ id, source: '/tocsin/notifier', time, cause: null, ...author }, payload)
    }
    const [first] = await retry(() => log.append(topics.control, [record]), {
      clock,
      withinMs: readWaitMs
    })
    const appended = first as RecordPosition
    return { appended, isFolded: await control.waitForAppended(appended, readWaitMs) }
  }

  #nowIn(theatre: string): number {
    const { control, projection, clock } = this.#deps
    const now = projection.clocks.nowIn(theatre)
    const isReplay = control.state.theatres.get(theatre)?.clock === 'replay'
    return isReplay && now !== null ? Date.parse(now) : clock.nowMs()
  }

  /** Another instance may have changed what was checked before the write: the fold decides. */
  #checkStands(wanted: TheatreConfig): void {
    const { theatres } = this.#deps.control.state
    const standing = theatres.get(wanted.id)
    if (standing !== undefined && toCanonicalJson(standing) === toCanonicalJson(wanted)) return
    throw new ProblemError(
      'action-refused',
      `${whyRefused(wanted, [...theatres.values()])} at the same time, and came first.`
    )
  }

  /**
   * Runs a step that checks and writes, after those before it, by what all instances wrote before.
   * Rejects with `projection-behind` if that is not folded in time.
   */
  change<T>(step: () => T | Promise<T>): Promise<T> {
    return this.inTurn(async () => {
      await this.#deps.shared.learn('control')
      return step()
    })
  }

  /** Runs check-and-write steps one after the other. */
  async inTurn<T>(step: () => Promise<T>): Promise<T> {
    const before = this.#turn
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#turn = promise
    try {
      await before
      return await step()
    } finally {
      resolve()
    }
  }

  /** The id of something new; `prefix`: what kind of thing it is. */
  makeId(prefix: 'view' | 'sil' | 'wat'): string {
    return `${prefix}_${Buffer.from(this.#deps.random.bytes(12)).toString('hex')}`
  }
}

/** Of what keys share: who made it, and administrators. */
export function mayChange(
  principal: Principal,
  { ownerKeyId }: { readonly ownerKeyId: string }
): boolean {
  return principal.scopes.has('admin') || principal.id === ownerKeyId
}

function findTheatre(id: string, ask: TheatreAsk, known: TheatreConfig | undefined): TheatreConfig {
  if (id === unassignedTheatre)
    throw new ProblemError(
      'not-found',
      'The id for reports outside all theatres cannot be declared as a theatre.'
    )
  const retentionDays = ask.retentionDays ?? known?.retentionDays ?? defaultRetentionDays
  const clock = ask.clock ?? known?.clock ?? 'wall'
  if (known !== undefined && known.clock !== clock)
    throw bodyInvalid(
      '/clock',
      `is ${known.clock} and cannot be changed: the theatre's records use its time`
    )
  return { id, ...makeArea(id, ask), clock, retentionDays }
}

function makeArea(
  id: string,
  { countries = null, polygon = null }: TheatreAsk
): Pick<TheatreConfig, 'countries' | 'polygon'> {
  if (id === worldTheatre) {
    if (countries !== null || polygon !== null)
      throw bodyInvalid('/countries', 'must be omitted for world, which covers every place')
    return { countries: null, polygon: null }
  }
  if ((countries === null) === (polygon === null))
    throw bodyInvalid('/countries', 'or a polygon is required, but not both')
  if (polygon !== null) {
    const rings = readRings(polygon)
    if (!rings.ok) throw bodyInvalid('/polygon', rings.detail)
    return { countries: null, polygon: rings.rings }
  }
  const unknown = countries?.find(code => !isCountryCode(code))
  if (unknown !== undefined)
    throw bodyInvalid('/countries', `${unknown} is not an ISO 3166-1 alpha-2 code`)
  return { countries: [...new Set(countries)].sort(), polygon: null }
}

/** Theatres must not overlap. */
function checkOverlap(wanted: TheatreConfig, all: readonly TheatreConfig[]): void {
  for (const other of all) {
    const shared = sharedGround(wanted, other)
    if (shared === null) continue
    if (shared.country === null)
      throw bodyInvalid('/polygon', `overlaps theatre ${other.id}: theatres must not overlap`)
    throw bodyInvalid(
      '/countries',
      `${shared.country} already belongs to theatre ${other.id}: theatres must not overlap`
    )
  }
}

/**
 * A theatre retains what its rules must see. One of an older log that does not may change in all
 * else, and retain more.
 */
function checkRetention(
  wanted: TheatreConfig,
  known: TheatreConfig | undefined,
  { rules }: Pick<ControlState, 'rules'>
): void {
  if (known !== undefined && wanted.retentionDays >= known.retentionDays) return
  const fault = findTheatreRetentionFault(wanted, rules.values())
  if (fault !== null) throw bodyInvalid('/retentionDays', fault)
}

/** The conflicting change by another instance, in words. */
function whyRefused(wanted: TheatreConfig, all: readonly TheatreConfig[]): string {
  const other = all.find(each => sharedGround(wanted, each) !== null)
  return other === undefined
    ? `Theatre ${wanted.id} was declared differently`
    : `Theatre ${other.id}, which it overlaps, was declared`
}

function tickRefused(detail: string, now: string | null): ProblemError {
  return new ProblemError('tick-refused', detail, { members: { now } })
}

/** The minute as records write it: ticks have minute precision. */
function computeMinute(to: string): string {
  const at = instantIn('/to', to)
  if (Date.parse(at) % 60_000 !== 0)
    throw bodyInvalid('/to', 'must be a whole minute: ticks have minute precision')
  return at
}

/**
 * An instant in UTC with milliseconds, as records write it. Throws a ProblemError that names the
 * field.
 */
export function instantIn(pointer: string, text: string): string {
  const moment =
    text.includes('T') || text.includes('t') ? readMoment(text) : { kind: 'not-a-time' as const }
  if (moment.kind === 'moment') return new Date(moment.startMs).toISOString()
  throw bodyInvalid(pointer, 'must be a valid instant, such as 2025-06-02T09:00:00Z')
}

/**
 * As `instantIn`; null if it is null or left out. A text that is empty is neither: a field that was
 * not filled in is refused.
 */
export function instantOrNullIn(pointer: string, text: string | null | undefined): string | null {
  return text === null || text === undefined ? null : instantIn(pointer, text)
}

function checkContentSeen(known: object | undefined, seen: number | null): void {
  checkSeen(known === undefined ? {} : { version: computeContentVersion(known) }, seen)
}
