// API keys as the suite answers them.

export const keyScopes = [
  ...[
    'alerts:read',
    'alerts:operate',
    'reports:read',
    'reports:write',
    'persons:read',
    'rules:manage'
  ],
  ...['subscriptions:manage', 'audit:read', 'metrics:read', 'admin']
]

export interface ApiKey {
  readonly id: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly theatres: readonly string[] | '*'
  readonly handling: string
  readonly expiresAt: string | null
  readonly createdBy: string | null
  readonly createdAt: string | null
  readonly rotatedAt: string | null
  readonly revokedAt: string | null
  /** When the last of its earlier secrets ends; null if none is valid. */
  readonly overlapsUntil: string | null
  readonly lastUsedAt: string | null
  /** When and by whom the last link to sign in as its holder was made. */
  readonly linkedAt: string | null
  readonly linkedBy: string | null
}

export interface SignInLink {
  readonly url: string
  readonly expiresInMinutes: number
}

export type KeyMade = Pick<ApiKey, 'id' | 'name'> & { readonly secret: string }
