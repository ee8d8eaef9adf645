// HTTP route that erases the private texts of a report. It needs the scopes to write reports and to
// see persons, and the right to report as the source: a caller must not destroy what they may not
// read, or what belongs to another. The erasure itself is in
// packages/service/src/privacy/private-vault.ts.

import { mayUse } from '@tocsin/auth/access/principal'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { answer, createRouteAdder, writeProblems } from '@tocsin/service/route/definition'
import type { FastifyPluginAsync } from 'fastify'
import type { ReportAcceptance } from './acceptance/acceptance.ts'
import { privateErasedSchema } from './report/report-answers.ts'
import { reportIdParams } from './report/report-schemas.ts'

/** `DELETE /v1/reports/{id}/private`, to be registered on a host's app. Idempotent. */
export function erasureRoutes(
  acceptance: Pick<ReportAcceptance, 'found' | 'erase'>
): FastifyPluginAsync {
  return async app => {
    createRouteAdder(app, { tag: 'Reports', access: ['reports:write'] })({
      id: 'erasePrivateTexts',
      method: 'DELETE',
      path: '/v1/reports/:id/private',
      summary: 'Erase the private texts of a report',
      description:
        'Narrative, links and names become permanently unreadable everywhere; alerts do not change. Needs `persons:read` besides `reports:write`, and a key that may report as the source.',
      params: reportIdParams,
      answers: { 200: answer('They are unreadable.', privateErasedSchema) },
      problems: writeProblems,
      async handle(request) {
        const principal = getPrincipal(request)
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
    })
  }
}
