// Group membership for the log in memory: joining, leaving, and expiry. Sessions never time out by
// themselves: a test or a simulated run expires them.

import { dividePartitions, measureUnevenness } from './partition-division.ts'
import type { Membership, MembershipOptions } from './port.ts'

export class MemoryGroup {
  readonly #partitionCount: number
  readonly #members = new Set<MemoryMembership>()
  #joined = 0

  constructor(partitionCount: number) {
    this.#partitionCount = partitionCount
  }

  /** Members with a live session, in the order in which they joined. */
  get members(): readonly MemoryMembership[] {
    return [...this.#members]
  }

  join(options: MembershipOptions): MemoryMembership {
    const member = new MemoryMembership(this, ++this.#joined, options)
    this.#members.add(member)
    this.#divide()
    return member
  }

  /**
   * Expires a member's session, as a broker does without heartbeats: the others divide its share,
   * and the member learns of it later.
   */
  expel(member: MemoryMembership): void {
    if (this.#members.delete(member)) this.#divide()
  }

  /** Readmits an expired member, as its client does when it learns of the expiry. */
  readmit(member: MemoryMembership): void {
    member.assign([])
    this.#members.add(member)
    this.#divide()
  }

  reweigh(): void {
    const weights = this.#readWeights()
    const divided = this.#divided(weights)
    const now = this.members.map(({ partitions }) => partitions)
    if (measureUnevenness(weights, divided.values()) < measureUnevenness(weights, now))
      this.#divide()
  }

  #readWeights(): readonly number[] {
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
    const divided = this.#divided(this.#readWeights())
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

  /** Sets the partitions of this member. Called only by the group. */
  assign(partitions: readonly number[]): void {
    if (
      partitions.length === this.#partitions.length &&
      partitions.every((p, i) => p === this.#partitions[i])
    )
      return
    this.#partitions = partitions
    for (const listener of this.#listeners) listener(partitions)
  }

  async leave(): Promise<void> {
    this.#group.expel(this)
    this.assign([])
    this.#listeners.clear()
  }
}
