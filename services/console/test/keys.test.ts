// Keys: what is sent of a new one, and how one stands.

import { scopes } from '@tocsin/contracts/record/control-record'
import { describe, expect, it } from 'vitest'
import type { ApiKey } from '../src/shown/answers.ts'
import {
  blankKey,
  findKeyState,
  keyFields,
  keyScopes,
  keysInOrder
} from '../src/upkeep/administration.ts'
import { makeBody } from '../src/upkeep/field-table.ts'

const now = Date.parse('2026-03-01T00:00:00Z')
const aKey = (name: string, members: Partial<ApiKey> = {}): ApiKey => ({
  ...{
    id: name,
    keyId: name,
    name,
    limits: {},
    scopes: ['alerts:read'],
    theatres: '*',
    handling: 'internal'
  },
  ...{
    expiresAt: null,
    createdBy: null,
    createdAt: '2026-01-01T00:00:00Z',
    rotatedAt: null,
    revokedAt: null
  },
  ...{ rotatedBy: null, revokedBy: null },
  ...{ overlapsUntil: null, lastUsedAt: null, linkedAt: null, linkedBy: null },
  ...members
})

describe('a key', () => {
  it('may have each scope of the suite', () => {
    expect(new Set(keyScopes)).toEqual(new Set(scopes))
  })

  it('is sent without what was left empty, and ends with its last day', () => {
    expect(makeBody({ ...blankKey, name: ' Ama ' }, keyFields)).toEqual({
      name: 'Ama',
      scopes: ['alerts:read'],
      handling: 'internal'
    })
    expect(
      makeBody(
        { ...blankKey, name: 'Ama', theatres: ['sahel', 'world'], expires: '2026-04-01' },
        keyFields
      )
    ).toMatchObject({ theatres: ['sahel', 'world'], expiresAt: '2026-04-01T23:59:59Z' })
  })

  it('that is over stands behind those in use', () => {
    const expired = aKey('a', { expiresAt: '2026-02-01T00:00:00Z' })
    const revoked = aKey('b', { revokedAt: '2026-02-01T00:00:00Z' })
    const soon = aKey('z', { expiresAt: '2026-03-05T00:00:00Z' })
    expect([expired, revoked, soon, aKey('c')].map(key => findKeyState(key, now))).toEqual([
      ...['expired', 'revoked', 'ends-soon', 'valid']
    ])
    expect(keysInOrder([expired, revoked, soon, aKey('c')], now).map(({ name }) => name)).toEqual([
      'c',
      'z',
      'a',
      'b'
    ])
  })
})
