// One key can not take the room for declared pairs from all officers of a theatre: they are kept
// for ever.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { declaredRoom } from '../../src/officer/declared-share.ts'
import { AssemblingRules } from '../support/assembling-rules.ts'
import { aRevision, receive } from '../support/dioura.ts'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'

const officerScopes = ['alerts:operate', 'alerts:read'] as const

describe('the room for declared pairs', () => {
  let suite: Suite
  let rules: AssemblingRules
  beforeEach(async () => {
    suite = await Suite.on({}, { rules: false })
    rules = await new AssemblingRules(suite.h).start()
  })
  afterEach(() => rules.stop())

  const reported = (reportId: string, sourceId: string) =>
    receive(suite.h, aRevision(reportId, sourceId))

  it('is used up by one key for itself alone, and what it declared it can still change', async () => {
    await reported('r1', 'wire-1')
    await reported('r2', 'wire-2')
    await reported('r3', 'wire-3')
    const busy = await suite.key(officerScopes, { handling: 'restricted', name: 'busy' })
    const other = await suite.key(officerScopes, { handling: 'restricted', name: 'other' })
    const byId = (await suite.ask('GET', '/v1/me', { key: busy })).body.id
    const apart = await suite.askWaiting('POST', '/v1/incidents/r1/split', {
      body: { reports: ['r3'] },
      key: busy
    })
    expect(apart).toMatchObject({ status: 200 })
    const also = Array.from({ length: declaredRoom.perKey - 3 }, (_, i) => ['x', `y${i}`] as const)
    const data = { reportIds: ['x', 'y'] as const, same: false, by: 'busy', byId, also }
    await suite.h.incident('sahel', { type: 'pair.declared', data }, 'filled')
    await settle()

    const further = { body: { reports: ['r2'] } }
    const refused = await suite.askWaiting('POST', '/v1/incidents/r1/split', {
      ...further,
      key: busy
    })
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'action-refused', reason: 'too-many-declared' }
    })
    expect(
      await suite.askWaiting('POST', '/v1/incidents/r1/split', { ...further, key: other })
    ).toMatchObject({ status: 200 })
    const seen = await suite.ask('GET', '/v1/incidents/r1')
    const headers = { 'if-match': seen.headers.etag as string }
    const changed = await suite.askWaiting('POST', '/v1/incidents/r1/merge', {
      body: { with: 'r3' },
      key: busy,
      headers
    })
    expect(changed).toMatchObject({ status: 200 })
  })
})
