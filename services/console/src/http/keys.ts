// What the console asks of keys.

import type { ApiKey, KeyMade, SignInLink } from '../shown/answers.ts'
import { ask } from './answers.ts'
import { postOnce } from './post-once.ts'
import type { Page } from './suite.ts'

const path = (id: string) => `/v1/keys/${encodeURIComponent(id)}`

export const keys = {
  list: () => ask<Page<ApiKey>>('/v1/keys'),
  create: (body: object) => postOnce<KeyMade>('/v1/keys', body),
  rotate: (id: string) => postOnce<KeyMade>(`${path(id)}/rotation`, {}),
  revoke: (id: string) => ask<null>(path(id), { method: 'DELETE' }),
  /** For the browser of the key's holder. */
  signInLinkOf: (id: string) => ask<SignInLink>(`${path(id)}/sign-in-links`, { method: 'POST' }),
  signInLink: () => ask<SignInLink>('/v1/sign-in-links', { method: 'POST' })
}
