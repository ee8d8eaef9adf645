// Erasing what a report says in confidence, over HTTP. For those who may both write reports and see persons, and who may report as its source: nobody
// should take away for good what they may not look at, or what is another's. What erasing does is in packages/service-kit/src/privacy/private-vault.ts.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { principalOf } from '@tocsin/service-kit/sign-in/authentication'
import '@tocsin/service-kit/sign-in/fastify-augmentation'
import { mayUse } from '@tocsin/service-kit/access/principal'
import type { FastifyPluginAsync } from 'fastify'
import type { ReportAcceptance } from './acceptance/acceptance.ts'
import { reportIdParams } from './report/report-schemas.ts'

/** `DELETE /v1/reports/{id}/private`, to be registered on a host's app. Harmless to repeat. */
export function erasureRoutes(acceptance: Pick<ReportAcceptance, 'found' | 'erase'>): FastifyPluginAsync {
  return async app => {
    app.delete<{ Params: { id: string } }>(
      '/v1/reports/:id/private',
      { config: { access: ['reports:write'] }, schema: { params: reportIdParams } },
      async request => {
        const principal = principalOf(request)
        const { reportId } = await acceptance.found(request.params.id, principal)
        if (!mayUse(principal, ['persons:read'])) {
          throw new ProblemError('forbidden', 'Erasing private texts needs the scope persons:read beside reports:write.')
        }
        const erased = await acceptance.erase(reportId, principal)
        if (erased) request.log.info({ reportId, by: principal.id }, 'the private texts of a report were erased')
        return { reportId, erased }
      }
    )
  }
}
