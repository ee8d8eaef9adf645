// One key can not take the room for declared pairs from all officers of a theatre: they are kept
// for ever.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { declaredRoom, lacksRoom } from '../../src/officer/declared-share.ts'
import { AssemblingRules } from '../support/assembling-rules.ts'
import { aRevision, receive } from '../support/dioura.ts'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { aPrincipal } from '../support/notifier-harness.ts'

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

describe('a key', () => {
  const room = { perKey: 10, others: 25 }
  const officer = (id: string) => aPrincipal({ id, scopes: officerScopes })
  const declared = (size: number, heldBy: Record<string, number>) => ({
    pairs: { size },
    heldBy: new Map(Object.entries(heldBy))
  })

  it('has a part of the room, the owner all of it, and what adds nothing needs none', () => {
    const before = declared(10, { a: 10 })
    expect(lacksRoom(officer('a'), 1, before, room)).toContain('one key')
    expect(lacksRoom(officer('a'), 0, before, room)).toBeNull()
    expect(lacksRoom(officer('b'), 10, before, room)).toBeNull()
    expect(lacksRoom(officer('b'), 11, before, room)).toContain('one key')
    expect(
      lacksRoom(aPrincipal({ id: 'owner' }), 100, declared(100, { owner: 100 }), room)
    ).toBeNull()
  })

  it('leaves the last part to administrators, whoever filled the rest', () => {
    const before = declared(24, { a: 10, chief: 4 })
    expect(lacksRoom(officer('c'), 2, before, room)).toContain('administrators')
    expect(lacksRoom(officer('c'), 1, before, room)).toBeNull()
    expect(lacksRoom(aPrincipal({ id: 'chief', scopes: ['admin'] }), 2, before, room)).toBeNull()
  })
})
