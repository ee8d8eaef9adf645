// The content of `infra/.env`: a new owner key for each stack.

import { randomBytes } from 'node:crypto'
import { masterKeyOfTests } from '../harness/same-secrets.ts'

export function testSecrets(): Readonly<Record<'TOCSIN_MASTER_KEY' | 'TOCSIN_OWNER_KEY', string>> {
  return {
    TOCSIN_MASTER_KEY: masterKeyOfTests,
    TOCSIN_OWNER_KEY: `tk_${randomBytes(24).toString('hex')}`
  }
}
