import { describe, expect, it } from 'vitest'
import { baseSettings } from '../../src/settings/base-settings.ts'
import { checkOidc, isSafeAddress } from '../../src/settings/oidc-settings.ts'
import { defaultConfig } from '../../src/settings/settings.ts'

const checked = (given: Readonly<Record<string, unknown>>) => () =>
  checkOidc(
    defaultConfig(
      baseSettings,
      Object.fromEntries(Object.entries(given).map(([k, v]) => [`oidc.${k}`, v]))
    ).oidc
  )
const issuer = 'https://id.example.org/realms/operations'

describe('the settings of an identity provider', () => {
  it('are valid without one, and with issuer and audience', () => {
    expect(checked({})).not.toThrow()
    expect(checked({ issuer, audience: 'tocsin' })).not.toThrow()
    expect(checked({ issuer: 'http://127.0.0.1:8180/realms/x', audience: 'tocsin' })).not.toThrow()
  })

  it.each([
    ['an issuer without an audience', { issuer }, 'oidc.audience'],
    ['an audience without an issuer', { audience: 'tocsin' }, 'oidc.audience'],
    [
      'an issuer without https',
      { issuer: 'http://id.example.org', audience: 'tocsin' },
      'oidc.issuer'
    ],
    ['no algorithm at all', { issuer, audience: 'tocsin', algorithms: [] }, 'oidc.algorithms']
  ])('are refused with %s', (_what, given, key) => {
    expect(checked(given)).toThrow(key)
  })

  it('refuse an address with a password, a query or another scheme', () => {
    for (const address of [
      'https://user:secret@id.example.org',
      'https://id.example.org?x',
      'ftp://id.example.org',
      'id.example.org'
    ]) {
      expect(checked({ issuer: address, audience: 'tocsin' })).toThrow('oidc.issuer')
    }
    expect(
      [
        'http://localhost.evil.example/',
        'http://127.0.0.1.evil.example/',
        'file:///etc/passwd',
        ''
      ].map(isSafeAddress)
    ).toEqual([false, false, false, false])
  })
})
