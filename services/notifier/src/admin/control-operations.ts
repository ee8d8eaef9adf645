// Changes of the control log: each is checked and written in turn, after what all instances wrote
// before. What an administrator may change, and what is declared as a whole under an id of its
// author's, with a version made of its content.

import {
  type Authority,
  findExcess,
  getAuthor,
  holdsToken,
  isClearedForAll,
  mayReadTheatre,
  type Principal
} from '@tocsin/auth/access/principal'
import { makeFormat, optional, text } from '@tocsin/contracts/format/format'
import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import { bodyInvalid, forbidden, ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { ControlPayload } from '@tocsin/contracts/record/control-record'
import { encodeRecord, withAuthor } from '@tocsin/contracts/record/records'
import { readMoment } from '@tocsin/contracts/report/moments'
import type { RecordPosition } from '@tocsin/event-log/port'
import { retry } from '@tocsin/event-log/retry'
import { topics } from '@tocsin/event-log/topics'
import { readWaitMs } from '@tocsin/service/projection/read-positions'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { FastifyReply } from 'fastify'
import { type ReadDeps, tellPosition } from '../alerts/position-headers.ts'
import { checkSeen, computeContentVersion } from '../alerts/request-headers.ts'
import type { SharedKnowledge } from '../alerts/shared-knowledge.ts'
import type { NotifierConfig } from '../wiring/config.ts'

interface ControlOperationsDeps extends Omit<ServiceDeps, 'metrics'> {
  readonly shared: SharedKnowledge
}

/** What administration uses of the notifier. */
export interface AdminDeps extends ReadDeps {
  readonly controlOperations: ControlOperations
  readonly limits: NotifierConfig['notifier']
}

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

  /** Writes a declaration unless it equals the one that stands: then null. */
  async declare(
    payload: ControlPayload,
    standing: object | undefined,
    by: Principal
  ): Promise<RecordPosition | null> {
    return isSame(standing, payload.data) ? null : this.write(payload, by)
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

/** Makes a change in turn, with its position in the answer. */
export async function answerChange<T extends { readonly appended: RecordPosition | null }>(
  { controlOperations, positions }: AdminDeps,
  reply: FastifyReply,
  step: () => Promise<T>
): Promise<T> {
  const changed = await controlOperations.change(step)
  await tellPosition(reply, positions, changed.appended)
  return changed
}

export function isSame(a: object | undefined, b: object | undefined): boolean {
  return toCanonicalJson(a ?? null) === toCanonicalJson(b ?? null)
}

/** Of what keys share: who made it, and administrators. */
export function mayChange(
  principal: Principal,
  { ownerKeyId }: { readonly ownerKeyId: string }
): boolean {
  return principal.scopes.has('admin') || principal.id === ownerKeyId
}

/** Throws `too-many` if there is no room for one more. `noun`: in the plural. */
export function checkRoom(
  standing: Pick<ReadonlyMap<string, unknown>, 'has' | 'size'>,
  id: string,
  max: number,
  noun: string
): void {
  if (!standing.has(id) && standing.size >= max)
    throw new ProblemError(
      'too-many',
      `There are already ${standing.size} ${noun}, which is the limit.`
    )
}

/**
 * An instant in UTC with milliseconds, as records write it. Throws a ProblemError that names the
 * field.
 */
export function instantIn(pointer: string, text: string): string {
  const moment = /t/i.test(text) ? readMoment(text) : null
  if (moment?.kind === 'moment') return new Date(moment.startMs).toISOString()
  throw bodyInvalid(pointer, 'must be a valid instant, such as 2025-06-02T09:00:00Z')
}

/**
 * As `instantIn`; null if it is null or left out. A text that is empty is neither: a field that was
 * not filled in is refused.
 */
export function instantOrNullIn(pointer: string, text: string | null | undefined): string | null {
  return text === null || text === undefined ? null : instantIn(pointer, text)
}

/**
 * Throws `forbidden` if the principal may not change the theatre, whether or not one of this id
 * exists. A theatre's area, clock and retention decide what its rules see, in reports of every
 * handling: a refusal that depended on the theatre's content would reveal it.
 */
export function checkTheatreChange(principal: Principal, theatre: string): void {
  if (!mayReadTheatre(principal, theatre))
    throw forbidden('The key does not administer this theatre.')
  if (!isClearedForAll(principal))
    throw forbidden(
      'A theatre holds reports of every handling: changing it needs a key cleared for `restricted`.'
    )
}

/** Throws `forbidden` unless the principal covers all theatres and all handling levels. */
export function checkAllTheatres(principal: Principal): void {
  if (principal.theatres !== '*')
    throw forbidden('A change that applies to all theatres needs a key for all theatres.')
  if (!isClearedForAll(principal))
    throw forbidden(
      'A change that applies to reports of every handling needs a key cleared for `restricted`.'
    )
}

/**
 * Throws `forbidden` if the new key or link would exceed the principal's own rights. Tokens cannot
 * create anything that outlives them: later it would be unknown whether the holder is still known
 * to the identity provider.
 */
export function checkMinted(
  principal: Principal,
  what: 'key' | 'subscription',
  wanted: Authority
): void {
  const isKey = what === 'key'
  if (holdsToken(principal))
    throw forbidden(
      `A ${what} would outlive the token: ${isKey ? 'create and rotate keys' : 'create it'} with a key.`
    )
  const excess = findExcess(principal, wanted)
  if (excess === null) return
  const reach = `A ${what} may not see more than the key that creates it: its theatres and handling must lie within those of that key.`
  const end = new Date(principal.expiresAtMs ?? 0).toISOString()
  const why = {
    scopes: isKey
      ? 'The key lacks a scope that the new key would have.'
      : 'A subscription needs a key that may read alerts.',
    theatres: reach,
    handling: reach,
    expiry: `The requesting key, or its replaced secret, expires at ${end}: what it creates or rotates must not expire later.`,
    limits:
      'The requesting key has limits of its own: a key that it creates or rotates needs the same limits or lower ones.'
  }
  throw forbidden(why[excess])
}

export const family = {
  tag: 'Administration',
  access: ['alerts:read', 'reports:read', 'reports:write']
} as const
export const admin = ['admin'] as const
export const named = (pattern: string, description: string) => ({
  id: text({ description, ...{ minLength: 1, maxLength: 128, pattern } })
})
/** Read-only members of GET answers. They may be sent back with a PUT and are ignored. */
export const readOnly = (...names: readonly string[]) =>
  Object.fromEntries(names.map(name => [name, optional(makeFormat({ readOnly: true }))]))
export const idAgain = optional(makeFormat({ description: 'As in the path.', readOnly: true }))

export function checkContentSeen(known: object | undefined, seen: number | null): void {
  checkSeen(known === undefined ? {} : { version: computeContentVersion(known) }, seen)
}
