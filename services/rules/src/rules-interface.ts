// The interface of the rules service to its host: routes, and the port through which the folds
// answer. Loading it does not load the folds.

import type { Service } from '@tocsin/service/process/service'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { FoldAnswers } from './rule/fold-answers.ts'
import { rulesRoutes } from './rule/rules-routes.ts'

/** The routes of the service. The caller decides where the folds run. */
export function rulesInterface(
  deps: ServiceDeps,
  answers: FoldAnswers
): Pick<Service, 'name' | 'routes'> {
  const { log, clock, control, secrets } = deps
  return {
    name: 'rules',
    routes: rulesRoutes({ log, clock, control, cursorKey: secrets.derive('cursor'), answers })
  }
}
