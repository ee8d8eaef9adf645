// Payloads of the control log about keys, for tests.

import type { KeyRecord } from '@tocsin/contracts/record/control-record'

export const key = (keyId: string, more: Partial<KeyRecord> = {}) =>
  ({
    type: 'key.created',
    data: {
      keyId,
      name: keyId,
      secretHash: `hash-${keyId}`,
      scopes: ['alerts:read'],
      theatres: '*',
      handling: 'partners',
      expiresAt: null,
      ...more
    }
  }) as const

export const revoked = (keyId: string) => ({ type: 'key.revoked', data: { keyId } }) as const
