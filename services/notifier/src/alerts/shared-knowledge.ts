// Catches up with what other instances wrote before anything is refused on the basis of local
// state: a client may continue an acknowledged write at an instance that has not read it yet. A
// no-op where roles are not shared.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { readWaitMs } from '@tocsin/service/projection/read-positions'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { Projection } from './projection.ts'

type LearntLog = 'control' | keyof Projection['views']

export interface SharedKnowledgeDeps extends Pick<ServiceDeps, 'log' | 'control'> {
  readonly projection: Projection
}

export class SharedKnowledge {
  readonly #deps: SharedKnowledgeDeps

  constructor(deps: SharedKnowledgeDeps) {
    this.#deps = deps
  }

  /**
   * Resolves once everything now in the logs is folded here; concurrent callers share one query per
   * log. Throws ProblemError `projection-behind` after two seconds; rejects with the log's error if
   * it can't be queried.
   */
  async learn(...logs: readonly LearntLog[]): Promise<void> {
    if (this.#deps.log.capabilities.sharedRoles) await this.learnOwn(...logs)
  }

  /**
   * The same for what any instance was asked, including this one: its views follow their logs
   * independently.
   */
  learnOwn(...logs: readonly LearntLog[]): Promise<void> {
    const { control, projection } = this.#deps
    return foldedInTime(
      logs.map(name => (name === 'control' ? control : projection.views[name])),
      'What was written before is not folded here yet. Try again.'
    )
  }

  /**
   * The result of `look`; if there is none, its result after catching up with the logs. Rejects as
   * `learn` does.
   */
  async find<T>(logs: readonly LearntLog[], look: () => T | undefined): Promise<T | undefined> {
    const known = look()
    if (known !== undefined || !this.#deps.log.capabilities.sharedRoles) return known
    await this.learn(...logs)
    return look()
  }
}

/**
 * Resolves once each has folded everything now in its log. Throws ProblemError `projection-behind`
 * after two seconds, with these words; rejects with the log's error if it can't be queried.
 */
export async function foldedInTime(
  views: readonly { catchUp(timeoutMs: number): Promise<boolean> }[],
  behind: string
): Promise<void> {
  const folded = await Promise.all(views.map(view => view.catchUp(readWaitMs)))
  if (!folded.every(Boolean))
    throw new ProblemError('projection-behind', behind, { retryAfterS: 1 })
}
