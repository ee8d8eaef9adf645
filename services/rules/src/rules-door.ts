// The interface of the rules service to its host: routes, and the port through which the folds answer. Loading it does not load
// the folds.

import type { Clock } from '@tocsin/domain/ports'
import type { EventLog } from '@tocsin/event-log/port'
import type { Secrets } from '@tocsin/service-kit/privacy/secrets'
import type { Service } from '@tocsin/service-kit/process/service'
import type { ControlView } from '@tocsin/service-kit/projection/control-view'
import type { FoldAnswers } from './rule/fold-answers.ts'
import { rulesApi } from './rule/rules-api.ts'
import { rulesRoutes } from './rule/rules-routes.ts'

export interface DoorDeps {
  readonly log: EventLog
  readonly clock: Clock
  readonly control: ControlView
  readonly secrets: Secrets
}

/** The routes of the service. The caller decides where the folds run. */
export function rulesDoor(deps: DoorDeps, answers: FoldAnswers): Pick<Service, 'name' | 'api' | 'routes'> {
  const { log, clock, control, secrets } = deps
  return {
    name: 'rules',
    api: rulesApi,
    routes: rulesRoutes({ log, clock, control, cursorKey: secrets.derive('cursor'), answers })
  }
}
