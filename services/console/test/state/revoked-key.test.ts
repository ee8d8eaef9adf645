// A key that may only report is revoked: no stream tells it.

import './a-suite.ts'
import { expect, it } from 'vitest'
import { signedIn } from '../../src/state/console-state.ts'
import { startClock } from '../../src/state/live-link.ts'
import { begin } from '../../src/state/session.ts'
import { aProblem, soon, suiteAnswers } from './a-suite.ts'

const eno = {
  id: 'k1',
  name: 'Eno',
  scopes: ['reports:write'],
  theatres: '*',
  handling: 'internal',
  expiresAt: null
}

it('is told within five seconds', async () => {
  let isRevoked = false
  suiteAnswers(path => {
    if (path === '/v1/me' && !isRevoked) return Response.json(eno)
    return path.startsWith('/v1/') ? aProblem(isRevoked ? 401 : 403) : aProblem(404)
  })
  await begin()
  expect(signedIn.value.kind).toBe('caller')
  const endClock = startClock()
  isRevoked = true
  await soon(() => signedIn.value).toMatchObject({ kind: 'none', hasEnded: true })
  endClock()
})
