// Members of one group on a log in memory, and how they come, go, and are given up for dead. Nobody's session times out by itself: a test or a
// simulated run says when.

import { dividePartitions, unevenness } from './partition-division.ts'
import type { Membership, MembershipOptions } from './port.ts'

export class MemoryGroup {
  readonly #partitionCount: number
  readonly #members = new Set<MemoryMembership>()
  #joined = 0

  constructor(partitionCount: number) {
    this.#partitionCount = partitionCount
  }

  /** Members whose session has not ended, in the order in which they came. */
  get members(): readonly MemoryMembership[] {
    return [...this.#members]
  }

  join(options: MembershipOptions): MemoryMembership {
    const member = new MemoryMembership(this, ++this.#joined, options)
    this.#members.add(member)
    this.#divide()
    return member
  }

  /** Ends a member's session, as a broker does that hears nothing of it: the others divide its part, and it does not know until it is told. */
  expel(member: MemoryMembership): void {
    if (this.#members.delete(member)) this.#divide()
  }

  /** Takes a member back that had been given up, as its client does when it learns of it. */
  readmit(member: MemoryMembership): void {
    member.assign([])
    this.#members.add(member)
    this.#divide()
  }

  reweigh(): void {
    const weights = this.#weights()
    const divided = this.#divided(weights)
    const now = this.members.map(({ partitions }) => partitions)
    if (unevenness(weights, divided.values()) < unevenness(weights, now)) this.#divide()
  }

  #weights(): readonly number[] {
    const [first] = this.#members
    const asked = first?.options.weights?.()
    return Array.from({ length: this.#partitionCount }, (_, i) => asked?.[i] ?? 0)
  }

  #divided(weights: readonly number[]): ReadonlyMap<string, readonly number[]> {
    if (this.#members.size === 0) return new Map()
    return dividePartitions(
      weights,
      this.members.map(({ id, partitions }) => ({ id, held: partitions }))
    )
  }

  #divide(): void {
    const divided = this.#divided(this.#weights())
    for (const member of this.members) member.assign(divided.get(member.id) ?? [])
  }
}

export class MemoryMembership implements Membership {
  readonly id: string
  readonly options: MembershipOptions
  readonly failed: Promise<Error> = new Promise(() => {})
  /** A group divides as soon as somebody joins. */
  readonly divided = Promise.resolve()
  readonly #group: MemoryGroup
  readonly #listeners = new Set<(partitions: readonly number[]) => void>()
  #partitions: readonly number[] = []

  constructor(group: MemoryGroup, number: number, options: MembershipOptions) {
    this.#group = group
    this.id = String(number).padStart(8, '0')
    this.options = options
  }

  get partitions(): readonly number[] {
    return this.#partitions
  }

  onChange(listener: (partitions: readonly number[]) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  reweigh(): void {
    this.#group.reweigh()
  }

  /** What the group gives to this member now. For the group alone. */
  assign(partitions: readonly number[]): void {
    if (partitions.length === this.#partitions.length && partitions.every((p, i) => p === this.#partitions[i])) return
    this.#partitions = partitions
    for (const listener of this.#listeners) listener(partitions)
  }

  async leave(): Promise<void> {
    this.#group.expel(this)
    this.assign([])
    this.#listeners.clear()
  }
}
