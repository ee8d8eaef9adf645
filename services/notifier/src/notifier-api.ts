// All that the notifier says of its routes, for the OpenAPI document.

import type { ApiDocs } from '@tocsin/contracts/openapi/operation'
import { actionApi } from './action-api.ts'
import { alertApi } from './alert-api.ts'
import { auditApi } from './audit-api.ts'
import { controlApi } from './control-api.ts'
import { incidentApi } from './incident-api.ts'
import { subscriptionApi } from './subscription-api.ts'

export const notifierApi: ApiDocs = { ...alertApi, ...actionApi, ...incidentApi, ...controlApi, ...auditApi, ...subscriptionApi }
