// Views of the list of alerts that officers share: saved, changed, deleted. HTTP is in
// view-routes.ts.

import type { Principal } from '@tocsin/auth/access/principal'
import { checkCount } from '@tocsin/auth/access/quota'
import { digest } from '@tocsin/contracts/json/digest'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { ViewRecord } from '@tocsin/contracts/record/control-record'
import { compareText } from '@tocsin/domain/compare-text'
import type { Random } from '@tocsin/domain/ports'
import type { RecordPosition } from '@tocsin/event-log/port'
import type { ControlView } from '@tocsin/service/projection/control-view'
import type { ControlOperations } from '../admin/control-operations.ts'
import { mayKnow, usualHandling } from '../alerts/shared-access.ts'
import type { SharedKnowledge } from '../alerts/shared-knowledge.ts'

export interface ViewOperationsDeps {
  readonly random: Random
  readonly control: ControlView
  readonly shared: SharedKnowledge
  readonly operations: ControlOperations
}

export interface ViewAsk {
  readonly name: string
  readonly query: string
}

export interface ViewChanged {
  readonly view: ViewRecord
  /** Null: no change. */
  readonly appended: RecordPosition | null
}

const viewLimits = { total: 60, perKey: 20 }

export class ViewOperations {
  readonly #deps: ViewOperationsDeps

  constructor(deps: ViewOperationsDeps) {
    this.#deps = deps
  }

  /** Repeats with the same `retryKey` are one view. Throws `too-many`. */
  create(principal: Principal, ask: ViewAsk, retryKey: string | null): Promise<ViewChanged> {
    return this.#inTurn(() => {
      const { control, random } = this.#deps
      const { id: ownerKeyId, theatres } = principal
      const made =
        retryKey === null
          ? Buffer.from(random.bytes(12)).toString('hex')
          : digest('view', ownerKeyId, retryKey).slice(0, 24)
      const viewId = `view_${made}`
      const { views } = control.state
      if (!views.has(viewId)) checkCount(principal, 'views', viewLimits, views.values())
      return this.#write(principal, {
        ...{ viewId, ...ask, ownerKeyId, theatres },
        handling: usualHandling
      })
    })
  }

  /** Throws `not-found` and `forbidden`. */
  change(principal: Principal, id: string, ask: Partial<ViewAsk>): Promise<ViewChanged> {
    return this.#inTurn(() =>
      this.#write(principal, { ...this.#changeable(principal, id), ...ask })
    )
  }

  /** Throws as `change` does. */
  delete(principal: Principal, id: string): Promise<RecordPosition> {
    return this.#inTurn(() => {
      const { viewId } = this.#changeable(principal, id)
      return this.#deps.operations.write({ type: 'view.deleted', data: { viewId } }, principal)
    })
  }

  /** Those that the caller may know of, by name. */
  list(principal: Principal): readonly ViewRecord[] {
    return [...this.#deps.control.state.views.values()]
      .filter(each => mayKnow(principal, each))
      .sort((a, b) => compareText(a.name, b.name) || compareText(a.viewId, b.viewId))
  }

  /** Who saved it first, and administrators. */
  mayChange(principal: Principal, { ownerKeyId }: ViewRecord): boolean {
    return principal.scopes.has('admin') || principal.id === ownerKeyId
  }

  #changeable(principal: Principal, id: string): ViewRecord {
    const known = this.#deps.control.state.views.get(id)
    if (!mayKnow(principal, known)) throw new ProblemError('not-found', 'There is no such view.')
    if (this.mayChange(principal, known)) return known
    throw new ProblemError(
      'forbidden',
      'Only who saved the view, or an administrator, may change it.'
    )
  }

  async #write(principal: Principal, view: ViewRecord): Promise<ViewChanged> {
    const known = this.#deps.control.state.views.get(view.viewId)
    if (known?.name === view.name && known.query === view.query)
      return { view: known, appended: null }
    const payload = { type: 'view.saved', data: view } as const
    return { view, appended: await this.#deps.operations.write(payload, principal) }
  }

  #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const { operations, shared } = this.#deps
    return operations.inTurn(async () => {
      await shared.learn('control')
      return step()
    })
  }
}
