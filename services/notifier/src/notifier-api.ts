// All OpenAPI entries of the notifier's routes.

import type { ApiDocs } from '@tocsin/contracts/openapi/operation'
import { controlApi } from './administration/control-api.ts'
import { answerApi } from './answer/answer-api.ts'
import { actionApi } from './officer/action-api.ts'
import { incidentApi } from './officer/incident-api.ts'
import { silenceApi } from './silence/silence-api.ts'
import { watchApi } from './watch/watch-api.ts'
import { subscriptionApi } from './webhook/subscription-api.ts'

export const notifierApi: ApiDocs = {
  ...actionApi,
  ...incidentApi,
  ...controlApi,
  ...subscriptionApi,
  ...silenceApi,
  ...answerApi,
  ...watchApi
}
