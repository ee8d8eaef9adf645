// HTTP route that erases the private texts of a report. It needs the scopes to write reports and to
// see persons, and the right to report as the source: nobody should destroy what they may not read,
// or what belongs to another. The erasure itself is in
// packages/service-kit/src/privacy/private-vault.ts.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { principalOf } from '@tocsin/service-kit/sign-in/authentication'
import '@tocsin/service-kit/sign-in/fastify-augmentation'
import { mayUse } from '@tocsin/service-kit/access/principal'
import type { FastifyPluginAsync } from 'fastify'
import type { ReportAcceptance } from './acceptance/acceptance.ts'
import { reportIdParams } from './report/report-schemas.ts'

/** `DELETE /v1/reports/{id}/private`, to be registered on a host's app. Idempotent. */
export function erasureRoutes(
  acceptance: Pick<ReportAcceptance, 'found' | 'erase'>
): FastifyPluginAsync {
  return async app => {
    app.delete<{ Params: { id: string } }>(
      '/v1/reports/:id/private',
      { config: { access: ['reports:write'] }, schema: { params: reportIdParams } },
      async request => {
        const principal = principalOf(request)
        const { reportId } = await acceptance.found(request.params.id, principal)
        if (!mayUse(principal, ['persons:read'])) {
          throw new ProblemError(
            'forbidden',
            'Erasing private texts needs the scope persons:read besides reports:write.'
          )
        }
        const erased = await acceptance.erase(reportId, principal)
        if (erased)
          request.log.info(
            { reportId, by: principal.id },
            'the private texts of a report were erased'
          )
        return { reportId, erased }
      }
    )
  }
}
