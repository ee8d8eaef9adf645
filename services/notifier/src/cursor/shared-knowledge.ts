// What other instances have written, before anything is refused by what this one knows. An acknowledged write may be gone on from at any instance at
// once, also at one that has not read it yet. Where roles are not shared there is nothing to learn.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { EventLog } from '@tocsin/event-log/port'
import type { ControlView } from '@tocsin/service-kit/projection/control-view'
import type { Projection } from '../projection/projection.ts'
import { readWaitMs } from './read-positions.ts'

export type LearntLog = 'control' | keyof Projection['views']

export interface SharedKnowledgeDeps {
  readonly log: EventLog
  readonly control: ControlView
  readonly projection: Projection
}

export class SharedKnowledge {
  readonly #deps: SharedKnowledgeDeps

  constructor(deps: SharedKnowledgeDeps) {
    this.#deps = deps
  }

  /**
   * Resolves once all that the logs hold now is folded here; who asks at the same time shares one look at each log. Throws ProblemError
   * `projection-behind` after two seconds; rejects with the log's error when it can't be asked.
   */
  async learn(...logs: readonly LearntLog[]): Promise<void> {
    const { log, control, projection } = this.#deps
    if (!log.capabilities.sharedRoles) return
    const views = logs.map(name => (name === 'control' ? control : projection.views[name]))
    const folded = await Promise.all(views.map(view => view.catchUp(readWaitMs)))
    if (folded.every(Boolean)) return
    throw new ProblemError('projection-behind', 'What other instances have written is not folded here yet. Ask again.', {
      retryAfterS: 1
    })
  }

  /** What a look gives; if it gives nothing, what it gives once the logs are learnt. Rejects as `learn` does. */
  async find<T>(logs: readonly LearntLog[], look: () => T | undefined): Promise<T | undefined> {
    const known = look()
    if (known !== undefined || !this.#deps.log.capabilities.sharedRoles) return known
    await this.learn(...logs)
    return look()
  }
}
