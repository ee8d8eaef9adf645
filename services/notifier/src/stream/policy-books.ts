// The books of all policies that streams have asked for, one for each audience with a policy.

import { digest } from '@tocsin/contracts/json/digest'
import type { NotificationPolicy } from '@tocsin/domain/notification/notification-policy'
import type { AlertRecord } from '../projection/alert-entry.ts'
import type { Positions } from '../projection/positions.ts'
import type { Audience } from '../reader/audience.ts'
import type { ReaderView } from '../reader/reader-view.ts'
import type { NotifierConfig } from '../settings/config.ts'
import { AudienceJudge, audienceKeyOf } from './audience-judge.ts'
import { type BookMember, PolicyBook, type PolicyBookDeps } from './policy-book.ts'
import { type Decided, PolicyCourses, type PolicyReader } from './policy-courses.ts'

export interface PolicyBooksDeps extends Omit<PolicyBookDeps, 'courses'> {
  readonly settings: Pick<
    NotifierConfig['stream'],
    'policiesMax' | 'policiesPerKeyMax' | 'policyAlertsHeldMax'
  >
}

export class PolicyBooks {
  readonly #deps: PolicyBooksDeps
  readonly #courses: PolicyCourses
  readonly #books = new Map<string, PolicyBook>()

  constructor(deps: PolicyBooksDeps) {
    this.#deps = deps
    this.#courses = new PolicyCourses(deps)
  }

  /** Audiences with a policy. */
  get count(): number {
    return this.#books.size
  }

  get memberCount(): number {
    return [...this.#books.values()].reduce((sum, { members }) => sum + members.size, 0)
  }

  /** Alerts that wait for their time, of each book. */
  get heldCount(): number {
    return [...this.#books.values()].reduce((sum, { heldCount }) => sum + heldCount, 0)
  }

  /**
   * The book of an audience with a policy, for a key; the reason if there are too many others. What
   * a key follows counts for it when it asks for another one that nobody has: no key can take the
   * place of all.
   */
  of(
    audience: Audience,
    policy: NotificationPolicy,
    keyId: string
  ): PolicyBook | 'policies' | 'policies-of-key' {
    const key = keyOf(audience, policy)
    const known = this.#books.get(key)
    if (known !== undefined) return known
    const { policiesMax, policiesPerKeyMax } = this.#deps.settings
    if (this.#books.size >= policiesMax) return 'policies'
    const own = [...this.#books.values()].filter(({ members }) =>
      [...members].some(member => member.keyId === keyId)
    )
    if (own.length >= policiesPerKeyMax) return 'policies-of-key'
    const book = new PolicyBook(readerOf(key, audience, policy), new AudienceJudge(audience), {
      ...this.#deps,
      scans: this.#deps.scans.of(keyId),
      courses: this.#courses
    })
    this.#books.set(key, book)
    return book
  }

  /**
   * What a stream of the audience with the policy is told of an alert, decision by decision;
   * whether there is one or not.
   */
  decisionsOf(audience: Audience, policy: NotificationPolicy, alertId: string): readonly Decided[] {
    return this.#courses.decisions(readerOf(keyOf(audience, policy), audience, policy), alertId)
  }

  leave(member: BookMember): void {
    for (const [key, { members }] of this.#books) {
      members.delete(member)
      if (members.size === 0) this.#books.delete(key)
    }
  }

  take(record: AlertRecord): void {
    for (const book of this.#books.values()) book.take(record)
  }

  /**
   * Hands out what has become due. If more waits than there is room for, the key whose books hold
   * most in sum loses the one of them that holds most: with many policies nobody crowds out who has
   * one.
   */
  advance(): void {
    const nowMs = this.#deps.clock.nowMs()
    for (const book of this.#books.values()) book.advance(nowMs)
    if (this.heldCount <= this.#deps.settings.policyAlertsHeldMax) return
    const greediest = this.#greediest()
    const [most] = [...this.#books.values()]
      .filter(({ members }) => [...members].some(({ keyId }) => keyId === greediest))
      .sort((a, b) => b.heldCount - a.heldCount)
    for (const member of [...(most?.members ?? [])])
      if (member.keyId === greediest) member.crowdOut()
  }

  /**
   * The key for which most alerts wait. Those of a book that several keys follow count in equal
   * parts.
   */
  #greediest(): string | undefined {
    const held = new Map<string, number>()
    for (const { members, heldCount } of this.#books.values()) {
      const keys = new Set([...members].map(({ keyId }) => keyId))
      for (const keyId of keys) held.set(keyId, (held.get(keyId) ?? 0) + heldCount / keys.size)
    }
    return [...held].sort(([, a], [, b]) => b - a)[0]?.[0]
  }

  refresh(): void {
    for (const book of this.#books.values()) void book.refresh()
  }

  beat(isDue: (member: BookMember) => boolean, endOf: (view: ReaderView) => Positions): void {
    for (const { reader, members } of this.#books.values()) {
      const end = endOf(reader.audience.view)
      for (const member of [...members]) if (isDue(member)) member.heartbeat(end)
    }
  }
}

function keyOf(audience: Audience, policy: NotificationPolicy): string {
  const sorted = Object.entries(policy).sort(([a], [b]) => (a < b ? -1 : 1))
  return `${audienceKeyOf(audience)}|${JSON.stringify(sorted)}`
}

function readerOf(key: string, audience: Audience, policy: NotificationPolicy): PolicyReader {
  return { name: digest('stream-policy', key).slice(0, nameLength), audience, policy }
}

/** Long enough that nobody finds another audience of the same name. */
const nameLength = 32
