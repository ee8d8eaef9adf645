// What `infra/.env` would hold, made anew for each stack.

import { randomBytes } from 'node:crypto'

export function testSecrets(): Readonly<Record<'TOCSIN_MASTER_KEY' | 'TOCSIN_OWNER_KEY', string>> {
  return { TOCSIN_MASTER_KEY: randomBytes(32).toString('hex'), TOCSIN_OWNER_KEY: `tk_${randomBytes(24).toString('hex')}` }
}
