// Detects a suite running on a shared log: a group member that is not assigned every partition is
// not alone.

import { EventLogError } from '@tocsin/event-log/errors'
import type { EventLog, Membership } from '@tocsin/event-log/port'
import { type Topic, topics } from '@tocsin/event-log/topics'

/** Consumer groups through which a suite's instances divide their work. */
const groups: readonly { readonly group: string; readonly topic: Topic }[] = [
  { group: 'rules', topic: topics.incidents },
  { group: 'notifier', topic: topics.deliveries }
]
/** Dead members are waited for until their sessions expire. */
const dividedWithinMs = 60_000

interface Member {
  readonly group: string
  readonly membership: Membership
  /** Partitions of the topic that the group divides. */
  readonly partitions: number
}

export class SoleMember {
  readonly #members: readonly Member[]

  private constructor(members: readonly Member[]) {
    this.#members = members
  }

  /**
   * Joins the groups of a log and resolves when all are assigned. Rejects `log-unavailable` if that
   * takes too long.
   */
  static async of(log: EventLog): Promise<SoleMember> {
    if (!log.capabilities.sharedRoles) return new SoleMember([])
    const members = await Promise.all(
      groups.map(async ({ group, topic }) => ({
        group,
        membership: await log.join(group, topic),
        partitions: await log.partitionCount(topic)
      }))
    )
    const sole = new SoleMember(members)
    try {
      await Promise.all(members.map(({ group, membership }) => divided(group, membership)))
      return sole
    } catch (error) {
      await sole.leave()
      throw error
    }
  }

  /** The group that has other members; null if there are none. */
  get sharedGroup(): string | null {
    return (
      this.#members.find(({ membership, partitions }) => membership.partitions.length < partitions)
        ?.group ?? null
    )
  }

  async leave(): Promise<void> {
    await Promise.all(this.#members.map(({ membership }) => membership.leave()))
  }
}

async function divided(group: string, { divided, failed }: Membership): Promise<void> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () =>
      late.reject(
        new EventLogError(
          'log-unavailable',
          `the group ${group} was not divided in ${dividedWithinMs} ms`
        )
      ),
    dividedWithinMs
  )
  const ended = failed.then(error => {
    throw error
  })
  try {
    await Promise.race([divided, ended, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
