// What the console asks of keys.

import type { ApiKey, KeyMade, SignInLink } from '../shown/key.ts'
import { ask } from './answers.ts'
import type { Page } from './suite.ts'

const path = (id: string) => `/v1/keys/${encodeURIComponent(id)}`

export const keys = {
  list: () => ask<Page<ApiKey>>('/v1/keys'),
  create: (body: object) => ask<KeyMade>('/v1/keys', { method: 'POST', body }),
  rotate: (id: string) => ask<KeyMade>(`${path(id)}/rotation`, { method: 'POST', body: {} }),
  revoke: (id: string) => ask<null>(path(id), { method: 'DELETE' }),
  /** For the browser of the key's holder. */
  signInLinkOf: (id: string) => ask<SignInLink>(`${path(id)}/sign-in-links`, { method: 'POST' }),
  signInLink: () => ask<SignInLink>('/v1/sign-in-links', { method: 'POST' })
}
