// All OpenAPI entries of the notifier's routes.

import type { ApiDocs } from '@tocsin/contracts/openapi/operation'
import { controlApi } from './administration/control-api.ts'
import { alertApi } from './alert-http/alert-api.ts'
import { answerApi } from './answer/answer-api.ts'
import { auditApi } from './audit/audit-api.ts'
import { capApi } from './cap/cap-api.ts'
import { digestApi } from './digest/digest-api.ts'
import { exportApi } from './export/export-api.ts'
import { actionApi } from './officer/action-api.ts'
import { incidentApi } from './officer/incident-api.ts'
import { removedApi } from './removed/removed-api.ts'
import { responseApi } from './response/response-api.ts'
import { silenceApi } from './silence/silence-api.ts'
import { viewApi } from './view/view-api.ts'
import { watchApi } from './watch/watch-api.ts'
import { subscriptionApi } from './webhook/subscription-api.ts'

export const notifierApi: ApiDocs = {
  ...alertApi,
  ...capApi,
  ...exportApi,
  ...actionApi,
  ...incidentApi,
  ...responseApi,
  ...digestApi,
  ...controlApi,
  ...auditApi,
  ...subscriptionApi,
  ...silenceApi,
  ...answerApi,
  ...watchApi,
  ...viewApi,
  ...removedApi
}
