// Addresses at which programs that send no header read public alerts as CAP: one per key,
// impossible to guess. They are not stored: an address ends with its key.

import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Principal } from '@tocsin/auth/access/principal'
import type { ControlState } from '@tocsin/service/control/control-state'

export class CapAddresses {
  readonly #secret: Buffer

  constructor(secret: Buffer) {
    this.#secret = secret
  }

  /** The address of a key. */
  make(keyId: string): string {
    return `${keyId}.${createHmac('sha256', this.#secret).update(keyId).digest('base64url')}`
  }

  /**
   * Who reads at an address: the key, for public alerts alone. Null for an address that was never
   * made, and for a key that was revoked, has expired or may not read alerts.
   */
  open(address: string, { keys }: Pick<ControlState, 'keys'>, nowMs: number): Principal | null {
    const keyId = address.slice(0, address.indexOf('.'))
    const key = keys.get(keyId)
    if (key === undefined || !isSame(address, this.make(keyId))) return null
    const expiresAtMs = key.expiresAt === null ? null : Date.parse(key.expiresAt)
    const isOver = key.revokedAt !== null || (expiresAtMs !== null && nowMs >= expiresAtMs)
    if (isOver || !key.scopes.some(scope => scope === 'alerts:read' || scope === 'admin'))
      return null
    const { name, theatres, limits } = key
    return {
      ...{ id: keyId, name, theatres, expiresAtMs },
      handling: 'public',
      scopes: new Set(['alerts:read'] as const),
      ...(limits === undefined ? {} : { limits })
    }
  }
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
